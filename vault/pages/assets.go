package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// assetRoot is where the files are that pages load.
const assetRoot = "/assets/"

// file is one of them.
type file struct {
	kind string
	data []byte
}

var kinds = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// assetNames are names that tell the files' content, by their own; assetFiles are
// the files by both: one script loads another by its own name.
var assetNames, assetFiles = func() (map[string]string, map[string]file) {
	names, served := map[string]string{}, map[string]file{}
	all, err := fs.ReadDir(files, "assets")
	must(err)
	bodies := map[string][]byte{}
	for _, entry := range all {
		body, err := files.ReadFile("assets/" + entry.Name())
		must(err)
		sum := sha256.Sum256(body)
		ext := path.Ext(entry.Name())
		names[entry.Name()] = strings.TrimSuffix(entry.Name(), ext) + "." + hex.EncodeToString(sum[:4]) + ext
		bodies[entry.Name()] = body
	}
	for name, body := range bodies {
		served[names[name]] = file{kinds[path.Ext(name)], body}
		served[name] = served[names[name]]
	}
	return names, served
}()

// asset is the address of a file.
func asset(name string) string { return assetRoot + assetNames[name] }

// Asset answers a request for a file of that name, and reports whether there is one.
func Asset(w http.ResponseWriter, name string) bool {
	f, ok := assetFiles[name]
	if !ok {
		return false
	}
	w.Header().Set("Content-Type", f.kind)
	// A name that tells the content is for ever.
	if _, own := assetNames[name]; own {
		w.Header().Set("Cache-Control", "no-cache")
	} else {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, _ = w.Write(f.data) // the caller has gone away
	return true
}
