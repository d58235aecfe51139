//go:build !unix

package catalogue

import "io/fs"

func hasOwnGroup(fs.FileInfo) bool { return false }
