package vault_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// To describe a new route: add it to openapi.yaml with an operationId, its access
// (x-access, none for anyone), an example of its body and of its answer, and x-as,
// who calls it here unless it is the device: runner, program (one that has no token
// yet), browser (of the first person) or guest (another browser). Put the
// operationId into x-tour, at a place where what it needs is there. Parameters of
// the path come from what earlier answers gave (learn); what of a body cannot be
// written down, since it is signed or made anew each time, comes from fill.

// tour is one walk through all operations of the document.
type tour struct {
	*scene
	doc     *openapi3.T
	vars    map[string]string // path parameters by their names, and what bodies need
	program *vaulttest.Beginner
	browser *vaulttest.Web
	guest   *vaulttest.Web
}

// fill completes the example of a body.
var fill = map[string]func(t *testing.T, w *tour, body map[string]any) any{
	"putSession": func(t *testing.T, w *tour, _ map[string]any) any {
		id, err := session.ParseID(w.vars["id"])
		require.NoError(t, err)
		return w.device.Seal(t, vaulttest.Share{Account: session.Account{ID: id, App: vaulttest.App}, Number: 1, Size: 1000})
	},
	"appendRoster": func(t *testing.T, w *tour, _ map[string]any) any {
		chain := w.device.Chain(t)
		return map[string]any{"version": chain[len(chain)-1]} // sent again, as after a lost answer
	},
	"refresh": func(t *testing.T, w *tour, _ map[string]any) any {
		of := w.runner.Do(t, "GET", "/v1/leases/"+w.vars["lease"]+"/envelope", nil).Wants(t, 200).Body
		return w.runner.Refresh(t, of, 1000, nil)
	},
	"setup": with("code", func(_ *testing.T, w *tour) any { return w.Setup }),
	"setTOTP": func(t *testing.T, w *tour, body map[string]any) any {
		body["secret"] = w.vars["secret"]
		return withTOTP(t, w, body)
	},
	"endTOTP": func(t *testing.T, w *tour, body map[string]any) any {
		w.Advance(30 * time.Second) // a code is good once
		return withTOTP(t, w, body)
	},
	"join":             with("code", func(_ *testing.T, w *tour) any { return w.vars["invited"] }),
	"beginEnrolment":   with("key", func(_ *testing.T, w *tour) any { return w.program.Keys.Public().Marshal() }),
	"findEnrolment":    with("code", func(_ *testing.T, w *tour) any { return w.vars["code"] }),
	"answerEnrolment":  with("code", func(_ *testing.T, w *tour) any { return w.vars["code"] }),
	"enrolmentOutcome": with("enrolment", func(_ *testing.T, w *tour) any { return w.vars["enrolment"] }),
}

// with fills one field.
func with(field string, value func(*testing.T, *tour) any) func(*testing.T, *tour, map[string]any) any {
	return func(t *testing.T, w *tour, body map[string]any) any {
		body[field] = value(t, w)
		return body
	}
}

func withTOTP(t *testing.T, w *tour, body map[string]any) any {
	code, err := totp.GenerateCode(w.vars["secret"], w.Now())
	require.NoError(t, err)
	body["code"] = code
	return body
}

// learn takes from an answer what later calls need: a field of it, or of the last
// of its list that is not the caller itself.
var learn = map[string]map[string]string{
	"newTOTP":        {"secret": "secret"},
	"webSessions":    {"websession": "websessions.id"},
	"invite":         {"invitation": "id", "invited": "code"},
	"people":         {"person": "people.id"},
	"beginEnrolment": {"code": "code", "enrolment": "enrolment"},
	"programs":       {"program": "programs.id"},
	"addAccount":     {"id": "id"},
	"lease":          {"lease": "lease"},
}

func (w *tour) learn(t *testing.T, id string, a vaulttest.Answer) {
	if id == "transfer" { // the account is not ours any more
		w.vars["id"] = w.account.ID.String()
	}
	for name, field := range learn[id] {
		var answer map[string]any
		a.Into(t, &answer)
		if list, of, ok := strings.Cut(field, "."); ok {
			field = of
			for _, row := range answer[list].([]any) {
				if r := row.(map[string]any); r["current"] != true {
					answer = r
				}
			}
		}
		w.vars[name] = answer[field].(string)
	}
}

// caller does what an operation's x-as says.
func (w *tour) caller(op operation) func(t *testing.T, method, path string, body any, header ...string) vaulttest.Answer {
	as := map[any]func(t testing.TB, method, path string, body any, header ...string) vaulttest.Answer{
		nil: w.device.Do, "runner": w.runner.Do, "program": w.program.Do, "browser": w.browser.Do, "guest": w.guest.Do,
	}[op.Extensions["x-as"]]
	return func(t *testing.T, method, path string, body any, header ...string) vaulttest.Answer {
		return as(t, method, path, body, header...)
	}
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
	w.program, w.browser, w.guest = w.Newcomer(t, vault.RoleDevice, "second laptop"), w.Browser(t), w.Browser(t)
	openapi3filter.RegisterBodyDecoder(vault.MediaType, openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/jsonl", openapi3filter.FileBodyDecoder)
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
		access := vault.AccessAnyone
		if word, ok := op.Extensions["x-access"]; ok {
			access = vault.Access(word.(string))
		}
		require.Equal(t, access == vault.AccessAnyone, op.Security != nil && len(*op.Security) == 0, "%s: security says the same as x-access", op.OperationID)
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
		a := w.send(t, op, w.caller(op))
		require.Less(t, a.Status, 300, "%s is answered by %s", id, a.Body)
		require.NotNil(t, op.Responses.Status(a.Status), "%s is answered by %d %s", id, a.Status, a.Body)
		w.learn(t, id, a)
	}
}

// TestOpenAPIProblems: what goes wrong is as the document says, too.
func TestOpenAPIProblems(t *testing.T) {
	w := newTour(t)
	for _, name := range []string{"id", "lease", "person", "program", "invitation", "websession"} {
		w.vars[name] = session.NewID().String()
	}
	for id, op := range w.operations() {
		if _, ok := op.Extensions["x-access"]; !ok || fill[id] != nil {
			continue
		}
		require.Equal(t, 401, w.send(t, op, w.stranger()).Status, id)
	}
}

// stranger is a browser in which nobody has signed in.
func (w *tour) stranger() func(t *testing.T, method, path string, body any, header ...string) vaulttest.Answer {
	return func(t *testing.T, method, path string, body any, header ...string) vaulttest.Answer {
		return w.guest.Do(t, method, path, body, header...)
	}
}

// send makes the call of an operation's example.
func (w *tour) send(t *testing.T, op operation, as func(t *testing.T, method, path string, body any, header ...string) vaulttest.Answer) vaulttest.Answer {
	path, query := op.path, url.Values{}
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
		case p.Value.In == "query" && p.Value.Example != nil:
			query.Set(p.Value.Name, fmt.Sprint(p.Value.Example))
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	body := w.body(t, op)
	a := as(t, op.method, path, body, header...)

	request, err := http.NewRequest(op.method, w.URL+path, bytes.NewReader(nil))
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
	var example map[string]any
	if c := op.RequestBody.Value.Content.Get("application/json"); c != nil {
		written, ok := c.Example.(map[string]any)
		require.True(t, ok, "%s has no example of its body", op.OperationID)
		example = maps.Clone(written)
	}
	if f, ok := fill[op.OperationID]; ok {
		return f(t, w, example)
	}
	return example
}
