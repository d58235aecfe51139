package runner

import "net/http"

func newHTTPClient() *http.Client { return &http.Client{} }
