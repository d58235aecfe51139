package apps

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// input builds the jar, in a fixed order.
func (v *vector) input(now time.Time) (Input, error) {
	in := Input{Read: v.Read, Bound: v.Bound, Registered: v.Registered, Now: now}
	if in.Read == nil {
		in.Read = []string{"cookie", "local", "session", "idb"}
	}
	if len(v.Expect) > 1 || len(v.Expect) == 1 && v.Card != "" {
		return in, v.invalid("one account is expected at most")
	}
	for kind, value := range v.Expect {
		in.Expect = &session.Identity{Kind: kind, Value: value}
	}
	var err error
	if in.Told, err = v.told(); err != nil {
		return in, err
	}
	for _, domain := range slices.Sorted(maps.Keys(v.Cookies)) {
		for _, name := range slices.Sorted(maps.Keys(v.Cookies[domain])) {
			values, isList := v.Cookies[domain][name].([]any)
			if !isList {
				values = []any{v.Cookies[domain][name]}
			}
			for _, value := range values {
				it, err := v.cookie(domain, name, value)
				if err != nil {
					return in, err
				}
				in.Items = append(in.Items, it)
			}
		}
	}
	for store, items := range map[catalogue.Store]map[string]any{catalogue.Local: v.Local, catalogue.Session: v.Session, catalogue.IDB: v.IDB} {
		for _, name := range slices.Sorted(maps.Keys(items)) {
			value, err := expand(items[name])
			if err != nil {
				return in, v.invalid("a value of storage")
			}
			in.Items = append(in.Items, Item{Store: store, Name: name, Value: value, Domain: v.At})
		}
	}
	slices.SortStableFunc(in.Items, func(a, b Item) int { return cmp.Compare(a.Store, b.Store) })
	return in, nil
}

// told reads what the app has said.
func (v *vector) told() (*Answer, error) {
	switch t := v.Told.(type) {
	case nil:
		return nil, nil
	case string:
		if t == "nobody" {
			return &Answer{State: WhoamiSignedOut, Path: "/told"}, nil
		}
	case map[string]any:
		for kind, value := range t {
			if name, ok := value.(string); ok && len(t) == 1 {
				return &Answer{State: WhoamiSignedIn, Identity: session.Identity{Kind: kind, Value: name}, Path: "/told"}, nil
			}
		}
	}
	return nil, v.invalid("told is nobody, or one {kind: name}")
}

// capturable leaves out what no capture of the app would hold, since it lies
// outside of its domains.
func capturable(app *catalogue.App, items []Item) []Item {
	if app.AnySite() {
		return items
	}
	return slices.DeleteFunc(slices.Clone(items), func(it Item) bool {
		return it.Domain != "" && !slices.ContainsFunc(app.Domains, func(d string) bool {
			return it.Domain == d || strings.HasSuffix(it.Domain, "."+d)
		})
	})
}

func (v *vector) cookie(domain, name string, value any) (Item, error) {
	host, dotted := strings.CutPrefix(domain, ".")
	it := Item{Store: catalogue.Cookie, Name: name, Domain: host, HostOnly: !dotted}
	if o, ok := value.(map[string]any); ok && o["v"] != nil {
		value = o["v"]
		for key, attr := range o {
			switch key {
			case "v":
			case "p":
				it.Path = fmt.Sprint(attr)
			case "part":
				it.Partition.Site = fmt.Sprint(attr)
			case "e":
				end, ok := attr.(uint64)
				if !ok {
					return it, v.invalid("e is a number of seconds")
				}
				sec := float64(end)
				it.Expires = &sec
			default:
				return it, v.invalid("a cookie knows v, p, e and part")
			}
		}
	}
	text, err := expand(value)
	if err != nil {
		return it, v.invalid("a value of a cookie")
	}
	it.Value = text
	return it, nil
}

// expand writes a value as the browser would hold it.
func expand(v any) (string, error) {
	o, isObject := v.(map[string]any)
	_, isList := v.([]any)
	if !isObject && !isList {
		return fmt.Sprint(v), nil
	}
	of := func(x any) (string, error) { b, err := json.Marshal(x); return string(b), err }
	encode := base64.RawURLEncoding.EncodeToString
	if payload, ok := o["jwt"]; ok {
		claims, err := of(payload)
		return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode([]byte(claims)) + ".c3ludGhldGlj", err
	}
	if x, ok := o["b64json"]; ok {
		text, err := of(x)
		return "base64-" + encode([]byte(text)), err
	}
	if x, ok := o["urljson"]; ok {
		text, err := of(x)
		return strings.ReplaceAll(url.QueryEscape(text), "+", "%20"), err
	}
	return of(v)
}
