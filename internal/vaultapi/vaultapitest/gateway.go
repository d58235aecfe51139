package vaultapitest

import (
	"fmt"
	"io"
	"net/http"
)

// Nginx returns an answer of nginx 1.22 with its own page, as Debian's package sends it
// but for the date and the end of the connection. 302, 401, 413, 502, 503 and 504 were
// compared. header is "" or whole lines.
func Nginx(status, title, header string) string {
	page := "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title + "</h1></center>\r\n" +
		"<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
	return fmt.Sprintf("HTTP/1.1 %s\r\nServer: nginx/1.22.1\r\nDate: Tue, 01 Dec 2026 04:12:09 GMT\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n%s",
		status, len(page), header, page)
}

// Gateway answers every request with these bytes after the header and before it has
// read the body, as nginx does.
type Gateway string

// ServeHTTP implements http.Handler.
func (g Gateway) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, string(g))
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, conn) // or the client would lose the answer
}
