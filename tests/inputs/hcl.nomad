job "shop" {
  group "g" {}
}
