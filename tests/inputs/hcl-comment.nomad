/* shop
 */
// web
job "shop" {
}
