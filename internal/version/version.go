// Package version holds the one version number of the three programs and the
// extension.
package version

// Version is the released version, by semantic versioning.
const Version = "0.1.0"
