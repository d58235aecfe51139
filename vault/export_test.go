package vault

// PageRoutes are the routes that tests of pages are generated from.
var PageRoutes = pageRoutes
