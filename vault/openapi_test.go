package vault_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// To describe a new route: add it to openapi.yaml with an operationId, an example
// of its body and of its answer, and x-as where not both kinds of programs may call
// it; put the operationId into x-tour, at a place where what it needs is there.
// Path parameters are filled from what earlier answers gave (keep); a body that
// cannot be written down, since it is signed, comes from filled.

// tour is one walk through all operations of the document.
type tour struct {
	*scene
	doc  *openapi3.T
	vars map[string]string // path parameters by their names
}

// filled are bodies that an example cannot hold.
var filled = map[string]func(t *testing.T, w *tour) any{
	"putSession": func(t *testing.T, w *tour) any {
		id, err := session.ParseID(w.vars["id"])
		require.NoError(t, err)
		return w.device.Seal(t, vaulttest.Share{Account: session.Account{ID: id, App: vaulttest.App}, Number: 1, Size: 1000})
	},
	"appendRoster": func(t *testing.T, w *tour) any {
		chain := w.device.Chain(t)
		return map[string]any{"version": chain[len(chain)-1]} // sent again, as after a lost answer
	},
}

// keep names the part of an answer that later paths need.
var keep = map[string]struct{ field, param string }{
	"addAccount": {"id", "id"},
	"lease":      {"lease", "lease"},
}

// operation is one of the document with its place.
type operation struct {
	*openapi3.Operation
	path, method string
	item         *openapi3.PathItem
}

func (w *tour) operations() map[string]operation {
	all := map[string]operation{}
	for path, item := range w.doc.Paths.Map() {
		for method, op := range item.Operations() {
			all[op.OperationID] = operation{op, path, method, item}
		}
	}
	return all
}

func newTour(t *testing.T) *tour {
	w := &tour{scene: newScene(t, vaulttest.Options{}), vars: map[string]string{}}
	served := w.device.Do(t, "GET", "/openapi.json", nil).Wants(t, 200)
	var err error
	w.doc, err = openapi3.NewLoader().LoadFromData(served.Body)
	require.NoError(t, err)
	openapi3filter.RegisterBodyDecoder(vault.MediaType, openapi3filter.FileBodyDecoder)
	return w
}

// TestOpenAPIRoutes: the document is valid with all its examples, and has exactly
// the routes that are served, each with its access.
func TestOpenAPIRoutes(t *testing.T) {
	w := newTour(t)
	require.True(t, w.doc.IsOpenAPI31OrLater())
	require.NoError(t, w.doc.Validate(t.Context(), openapi3.EnableExamplesValidation()))
	var served, described []string
	for _, r := range vault.Routes() {
		served = append(served, fmt.Sprintf("%s %s %s", r.Method, r.Path, r.Access))
	}
	for _, op := range w.operations() {
		access := vault.AccessBoth
		if op.Security != nil && len(*op.Security) == 0 {
			access = vault.AccessAnyone
		} else if as, ok := op.Extensions["x-as"]; ok {
			access = vault.Access(as.(string))
		}
		described = append(described, fmt.Sprintf("%s %s %s", op.method, op.path, access))
	}
	require.ElementsMatch(t, served, described)
}

// TestOpenAPIExamples sends every example to a vault, in the order of x-tour, and
// holds requests and answers against the document.
func TestOpenAPIExamples(t *testing.T) {
	w := newTour(t)
	all := w.operations()
	var order []string
	for _, id := range w.doc.Extensions["x-tour"].([]any) {
		order = append(order, id.(string))
	}
	for id := range all {
		require.Equal(t, 1, len(slices.DeleteFunc(slices.Clone(order), func(o string) bool { return o != id })), "%s stands once in x-tour", id)
	}
	require.Len(t, order, len(all))
	for _, id := range order {
		op := all[id]
		as := w.device
		if op.Extensions["x-as"] == "runner" {
			as = w.runner
		}
		a := w.send(t, op, as)
		require.NotNil(t, op.Responses.Status(a.Status), "%s is answered by %d %s", id, a.Status, a.Body)
		require.Less(t, a.Status, 300)
		if k, ok := keep[id]; ok {
			var answer map[string]any
			a.Into(t, &answer)
			w.vars[k.param] = answer[k.field].(string)
		}
	}
}

// TestOpenAPIProblems: what goes wrong is as the document says, too.
func TestOpenAPIProblems(t *testing.T) {
	w := newTour(t)
	nobody := *w.device
	nobody.Token = ""
	for id, op := range w.operations() {
		w.vars["id"], w.vars["lease"] = w.account.ID.String(), session.NewID().String()
		if op.Security != nil && len(*op.Security) == 0 {
			continue
		}
		require.Equal(t, session.CodeUnauthorized, w.send(t, op, &nobody).Code(), id)
	}
}

// send makes the call of an operation's example.
func (w *tour) send(t *testing.T, op operation, as *vaulttest.Client) vaulttest.Answer {
	path := op.path
	var header []string
	for _, p := range slices.Concat(op.item.Parameters, op.Parameters) {
		example, _ := p.Value.Example.(string)
		switch {
		case p.Value.In == "path":
			value := w.vars[p.Value.Name]
			require.NotEmpty(t, value, "no answer before %s has given its %s", op.OperationID, p.Value.Name)
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", value)
		case p.Value.In == "header" && example != "":
			header = append(header, p.Value.Name, example)
		}
	}
	body := w.body(t, op)
	a := as.Do(t, op.method, path, body, header...)

	request, err := http.NewRequest(op.method, as.URL+path, bytes.NewReader(nil))
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	switch b := body.(type) {
	case nil:
	case []byte:
		request.Header.Set("Content-Type", vault.MediaType)
		request, err = withBody(request, b)
	default:
		var data []byte
		data, err = session.Marshal(b)
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/json")
		request, err = withBody(request, data)
	}
	require.NoError(t, err)
	input := &openapi3filter.RequestValidationInput{
		Request: request, PathParams: w.vars,
		Route: &routers.Route{Spec: w.doc, Path: op.path, PathItem: op.item, Method: op.method, Operation: op.Operation},
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, RejectWhenRequestBodyNotSpecified: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		},
	}
	require.NoError(t, openapi3filter.ValidateRequest(t.Context(), input), op.OperationID)
	answer := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: a.Status, Header: a.Header, Options: input.Options}
	require.NoError(t, openapi3filter.ValidateResponse(t.Context(), answer.SetBodyBytes(a.Body)), "%s answers %d %s", op.OperationID, a.Status, a.Body)
	return a
}

func withBody(r *http.Request, data []byte) (*http.Request, error) {
	with, err := http.NewRequest(r.Method, r.URL.String(), bytes.NewReader(data))
	if err == nil {
		with.Header = r.Header
	}
	return with, err
}

func (w *tour) body(t *testing.T, op operation) any {
	if op.RequestBody == nil {
		return nil
	}
	if fill, ok := filled[op.OperationID]; ok {
		return fill(t, w)
	}
	example := op.RequestBody.Value.Content.Get("application/json").Example
	require.NotNil(t, example, "%s has no example of its body", op.OperationID)
	return example
}
