package apps

import (
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// words are the name patterns of the fallback, compiled when it is first used.
var words = sync.OnceValue(func() (w struct{ token, roster, pair, candidate *regexp.Regexp }) {
	w.token = regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+`)
	w.roster = regexp.MustCompile(`(?i)(multi|accounts?|sessions|users?|chooser|saved_)`)
	w.pair = regexp.MustCompile(`(?:^|[|,])([\w.-]{4,}):[\w-]{16,}`)
	w.candidate = regexp.MustCompile(`(?i)(sess|sid$|^sid|auth|token|login|remember|jwt|identity|user)`)
	return w
})

// Generic reads a jar without a rule. It never answers VerdictOne: that is a
// claim about every account, which only knowledge of the app can carry. Its best
// is VerdictUnproven, signed in with no second account seen. Each of its tests
// leans towards refusal.
func Generic(in Input) Result {
	g := &fallback{in: &in, jar: newJar(&in, &catalogue.Rule{}), subjects: map[issuer]map[string]bool{}, rosters: map[string]bool{}}
	for _, store := range []catalogue.Store{catalogue.Cookie, catalogue.Local, catalogue.Session, catalogue.IDB} {
		for _, it := range g.jar.byStore[store] {
			g.look(it)
		}
	}
	g.out.expected = in.Expect
	g.verdict()
	return g.out
}

// issuer is whose word a subject is: the token's issuer, or else where it lay
// and for whom it was.
type issuer struct{ name, audience string }

type fallback struct {
	in         *Input
	jar        *jar
	subjects   map[issuer]map[string]bool
	tokens     []string        // names of the items that held them
	rosters    map[string]bool // names of lists with more than one account
	candidates []*Item         // cookies that may be sessions; not proof of being signed in
	out        Result
}

func (g *fallback) look(it *Item) {
	if it.expired(g.jar.now) || it.Store == catalogue.Cookie && telemetry().MatchString(it.Name) {
		return
	}
	v := plain(it)
	if slices.Contains(tombstones, v) {
		return
	}
	for _, claims := range tokensIn(v) {
		g.subject(it, claims)
	}
	if namesSeveral(it, v) {
		g.rosters[printable(it.Name)] = true
	}
	if it.Store == catalogue.Cookie && mayBeSession(it) {
		g.candidates = append(g.candidates, it)
	}
}

// plain is an item's value without the dress that cookies need.
func plain(it *Item) string { return strings.Trim(percentDecode(it.text()), `"`) }

// tokensIn returns the claims of every token in a value.
func tokensIn(v string) []map[string]any {
	var out []map[string]any
	for _, t := range append([]string{v}, words().token.FindAllString(v, maxValues)...) {
		if claims := jwtClaims(t); claims != nil {
			out = append(out, claims)
		}
	}
	return out
}

// namesSeveral reports whether an item is a list of accounts by its name and has
// more than one.
func namesSeveral(it *Item, v string) bool {
	return words().roster.MatchString(it.Name) && holdsSeveral(v)
}

// mayBeSession reports whether an item may sign somebody in, by its name and
// length. It is no proof: most sites give sessions to strangers too.
func mayBeSession(it *Item) bool {
	return words().candidate.MatchString(it.Name) && len(it.text()) >= 16 && !againstForgery(it)
}

// againstForgery reports whether the item is one that a request carries twice, to
// show that it comes from the app's own page.
func againstForgery(it *Item) bool {
	name := strings.ToLower(it.Name)
	return strings.Contains(name, "csrf") || strings.Contains(name, "xsrf")
}

// subject notes whom a token speaks of, unless it is out of date or of nobody.
func (g *fallback) subject(it *Item, claims map[string]any) {
	if end, ok := claims["exp"].(json.Number); ok {
		if f, err := end.Float64(); err == nil && f <= g.jar.now {
			return
		}
	}
	if claims["role"] == "anon" || claims["is_anonymous"] == true || claims["provider_id"] == "anonymous" {
		return
	}
	who := cmp.Or(word(claims["oid"]), word(claims["sub"]), word(claims["email"]))
	if who == "" {
		return
	}
	by := issuer{name: word(claims["iss"])}
	if by.name == "" {
		by = issuer{it.Domain, scalarJSON(claims["aud"])}
	}
	if g.subjects[by] == nil {
		g.subjects[by] = map[string]bool{}
	}
	g.subjects[by][who] = true
	g.tokens = append(g.tokens, printable(it.Name))
}

// word is a text or number of a claim, and "" for anything else.
func word(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// holdsSeveral reports whether a list names more than one account: pairs of id
// and token, or objects with an id and a token or session.
func holdsSeveral(v string) bool {
	seen := map[string]bool{}
	for _, m := range words().pair.FindAllStringSubmatch(v, maxValues) {
		seen[m[1]] = true
	}
	if len(seen) > 1 {
		return true
	}
	list, _ := parseJSON(v)
	if o, ok := list.(map[string]any); ok {
		list = o["accounts"]
	}
	rows, _ := list.([]any)
	ids := map[string]bool{}
	for _, row := range rows {
		o, _ := row.(map[string]any)
		id := cmp.Or(word(o["id"]), word(o["sub"]), word(o["email"]))
		signed := slices.ContainsFunc(slices.Collect(maps.Keys(o)), func(k string) bool {
			return strings.Contains(k, "oken") || strings.Contains(k, "ession")
		})
		if id != "" && signed {
			ids[id] = true
		}
	}
	return len(ids) > 1
}

func (g *fallback) verdict() {
	several := slices.Collect(maps.Keys(g.rosters))
	for _, who := range g.subjects {
		if len(who) > 1 {
			several = append(several, g.tokens...)
		}
	}
	switch {
	case len(several) > 0:
		g.out.Verdict = VerdictSeveral
		g.out.mark(several)
	case contradict(g.candidates) != "":
		g.out.Verdict = VerdictConflict
		g.out.mark([]string{printable(contradict(g.candidates))})
	case len(g.bound()) > 0:
		g.out.Verdict = VerdictBound
		g.out.mark(g.bound())
	case len(g.subjects) > 0:
		g.out.Verdict = VerdictUnproven
		g.out.Identity = g.sole()
		g.out.mark(g.tokens)
	default:
		g.out.Verdict = VerdictUnknown
		g.out.mark(g.names())
		if len(g.candidates) == 0 {
			g.out.warn(WarnNone)
		}
	}
}

// names are those of the items that may be sessions.
func (g *fallback) names() []string {
	out := slices.Clone(g.tokens)
	for _, it := range g.candidates {
		out = append(out, printable(it.Name))
	}
	return out
}

// bound is as in an evaluation by a rule.
func (g *fallback) bound() []string {
	out := g.jar.reported(g.in.Bound)
	if len(out) == 0 && g.in.Registered {
		return g.names()
	}
	return out
}

// sole is the subject that the one issuer names, if it looks like an account.
func (g *fallback) sole() *session.Identity {
	if len(g.subjects) != 1 {
		return nil
	}
	for _, who := range g.subjects {
		for id := range who {
			if len(who) == 1 && looksLikeIdentity(id) {
				return &session.Identity{Kind: "subject", Value: id}
			}
		}
	}
	return nil
}
