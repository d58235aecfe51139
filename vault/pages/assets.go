package pages

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// assetRoot is where the files are that pages load.
const assetRoot = "/assets/"

// file is one of them. It says the same to everybody, so that its packed size tells
// nothing: pages, which hold names, are never packed.
type file struct {
	kind         string
	data, packed []byte
}

var kinds = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// assetNames are names that tell the files' content, by their own; assetFiles are
// the files by both: one script loads another by its own name.
var assetNames, assetFiles = func() (map[string]string, map[string]file) {
	names, served := map[string]string{}, map[string]file{}
	all, err := fs.ReadDir(files, "assets")
	must(err)
	bodies := map[string][]byte{"app.css": style()}
	for _, entry := range all {
		body, err := files.ReadFile("assets/" + entry.Name())
		must(err)
		bodies[entry.Name()] = body
	}
	for name, body := range bodies {
		sum := sha256.Sum256(body)
		ext := path.Ext(name)
		names[name] = strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:4]) + ext
		served[names[name]] = file{kinds[path.Ext(name)], body, pack(body)}
		served[name] = served[names[name]]
	}
	return names, served
}()

// styles are the files of which app.css is made, in the order in which they
// overrule each other. A page waits for one of them and not for eight.
var styles = []string{"base", "frame", "controls", "lists", "notices", "data", "narrow", "contrast"}

func style() []byte {
	var b bytes.Buffer
	for _, name := range styles {
		body, err := files.ReadFile("styles/" + name + ".css")
		must(err)
		b.Write(body)
	}
	return b.Bytes()
}

// asset is the address of a file.
func asset(name string) string { return assetRoot + assetNames[name] }

func pack(body []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	must(err)
	_, err = w.Write(body)
	must(err)
	must(w.Close())
	return b.Bytes()
}

// unpacks reports whether who asks understands gzip.
func unpacks(r *http.Request) bool {
	for _, way := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		if strings.TrimSpace(way) == "gzip" {
			return true
		}
	}
	return false
}

// Asset answers a request for a file of that name, and reports whether there is one.
func Asset(w http.ResponseWriter, r *http.Request, name string) bool {
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
	w.Header().Set("Vary", "Accept-Encoding")
	data := f.data
	if unpacks(r) {
		w.Header().Set("Content-Encoding", "gzip")
		data = f.packed
	}
	_, _ = w.Write(data) // the caller has gone away
	return true
}
