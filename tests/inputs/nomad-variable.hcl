# comment
variable "tag" { default = "1" }
job "web" {
  group "g" {
    task "t" {
      driver = "docker"
      config {
        image = "nginx:${var.tag}"
        cap_add = ["net_admin"]
      }
    }
  }
}
