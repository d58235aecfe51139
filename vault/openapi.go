package vault

import (
	_ "embed"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed openapi.yaml
var openAPIText []byte

// openAPIDocument is the description of Routes as it is served.
var openAPIDocument = sync.OnceValues(func() ([]byte, error) { return yaml.YAMLToJSON(openAPIText) })

func (s *Server) openAPI(c *call) error {
	b, err := openAPIDocument()
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/json")
	_, _ = c.w.Write(b) // the caller has gone away
	return nil
}
