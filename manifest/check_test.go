package manifest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func faults(c Checked) []Fault {
	var words []Fault
	for _, p := range c.Problems {
		words = append(words, p.Fault)
	}
	return words
}

// good is b's manifest with one part of its text replaced.
func good(t *testing.T, b Browser, replace ...string) string {
	t.Helper()
	data, err := Manifest(b, "/opt/sessionferry")
	require.NoError(t, err)
	text := string(data)
	for i := 0; i < len(replace); i += 2 {
		require.Contains(t, text, replace[i])
		text = strings.Replace(text, replace[i], replace[i+1], 1)
	}
	return text
}

func TestCheckOurOwn(t *testing.T) {
	for _, b := range Browsers() {
		require.Equal(t, Checked{Path: "/opt/sessionferry"}, Check(b, []byte(good(t, b))), b)
	}
}

// What both browsers refuse.
func TestCheckBoth(t *testing.T) {
	for _, b := range []Browser{Chromium, Firefox} {
		for text, want := range map[string][]Fault{
			"":                             {JSONInvalid},
			"[]":                           {JSONInvalid},
			"null":                         {JSONInvalid},
			good(t, b)[1:]:                 {JSONInvalid},
			good(t, b) + "x":               {JSONInvalid},
			good(t, b)[:20]:                {JSONInvalid},
			good(t, b, "y\"", "\xff\""):    {JSONInvalid},
			good(t, b, "\n}", ",\n}"):      {JSONInvalid},
			good(t, b, `"name"`, `"Name"`): withUnknown(b, NameWrong),
			good(t, b, HostName, "io.sessionferry.Host"):      {NameWrong},
			good(t, b, `"`+HostName+`"`, "1"):                 {NameWrong},
			good(t, b, `"description"`, `"descriptio"`):       withUnknown(b, DescriptionMissing),
			good(t, b, "stdio", "pkcs11"):                     {TypeWrong},
			good(t, b, `"/opt/sessionferry"`, `""`):           {PathMissing},
			good(t, b, "/opt/sessionferry", "~/sessionferry"): {PathRelative},
			good(t, b, "/opt/sessionferry", "sessionferry"):   {PathRelative},
			good(t, b, "allowed_", "allow_"):                  withUnknown(b, AllowedInvalid),
			good(t, b, "stdio", "x", "/opt/", "./"):           {PathRelative, TypeWrong},
		} {
			require.ElementsMatch(t, want, faults(Check(b, []byte(text))), "%s: %s", b, text)
		}
	}
}

func withUnknown(b Browser, f Fault) []Fault {
	if b == Firefox {
		return []Fault{KeyUnknown, f}
	}
	return []Fault{f}
}

// As seen in Chromium 156, each of these texts in a manifest of its own.
func TestCheckChromium(t *testing.T) {
	origin := "chrome-extension://" + ExtensionID + "/"
	for text, want := range map[string][]Fault{
		"\ufeff" + good(t, Chromium):                                                    nil,
		"// why\n" + good(t, Chromium) + "/* and\n*/":                                   nil,
		good(t, Chromium, "Sessionferry: ", "two\\x41\nlines // and \\\""):              nil,
		good(t, Chromium, "{", `{"later": [1, {}], "name": "other",`):                   nil,
		good(t, Chromium, "Sessionferry: ", `\v`):                                       {JSONInvalid},
		good(t, Chromium, "Sessionferry: ", `\ud800`):                                   {JSONInvalid},
		good(t, Chromium, "{", `{"allowed_extensions": ["`+AddonID+`"],`):               nil,
		good(t, Chromium, "Sessionferry: transfers a session to its owner's vault", ""): {DescriptionMissing},
		good(t, Chromium, origin, origin+"x/*"):                                         nil,
		good(t, Chromium, origin, strings.ToUpper(ExtensionID)):                         {AllowedInvalid},
		good(t, Chromium, ExtensionID, strings.ToUpper(ExtensionID)):                    nil,
		good(t, Chromium, origin, strings.TrimSuffix(origin, "/")):                      {AllowedInvalid},
		good(t, Chromium, origin, "chrome-extension://*/"):                              {AllowedInvalid},
		good(t, Chromium, ExtensionID, "aaaabbbbccccddddeeeeffffgggghhhh"):              {ExtensionNotAllowed},
		good(t, Chromium, `"`+origin+`"`, ""):                                           {ExtensionNotAllowed},
		good(t, Chromium, `"`+origin+`"`, "1"):                                          {AllowedInvalid},
	} {
		require.Equal(t, want, faults(Check(Chromium, []byte(text))), text)
	}
	for _, other := range []string{"*://abc/", "chrome-extension://abc/"} {
		text := good(t, Chromium, `"`+origin+`"`, fmt.Sprintf("%q, %q", other, origin))
		require.Empty(t, Check(Chromium, []byte(text)).Problems, other)
	}
	for _, other := range []string{"", "<all_urls>", "https://x.example/", "chrome-extension:///", "chrome-extension://a*c/", "chrome-extension://*.abc/",
		"chrome-extension://abc:80/", " chrome-extension://abc/", "CHROME-EXTENSION://abc/"} {
		text := good(t, Chromium, `"`+origin+`"`, fmt.Sprintf("%q, %q", origin, other))
		require.Equal(t, []Fault{AllowedInvalid}, faults(Check(Chromium, []byte(text))), other)
	}
}

func TestCheckFirefox(t *testing.T) {
	for text, want := range map[string][]Fault{
		"// why\n" + good(t, Firefox):                                                                {JSONInvalid},
		"\ufeff" + good(t, Firefox):                                                                  nil,
		good(t, Firefox, "{", `{"later": 1,`):                                                        {KeyUnknown},
		good(t, Firefox, "{", `{"allowed_origins": [],`):                                             {FormsMixed},
		good(t, Chromium):                                                                            {FormsMixed, AllowedInvalid},
		good(t, Firefox, "{", `{"name": "other",`):                                                   nil,
		good(t, Firefox, "Sessionferry: transfers a session to its owner's vault", ""):               nil,
		good(t, Firefox, AddonID, "other@example.org"):                                               {ExtensionNotAllowed},
		good(t, Firefox, AddonID, strings.ToUpper(AddonID)):                                          {ExtensionNotAllowed},
		good(t, Firefox, AddonID, "*"):                                                               {AllowedInvalid},
		good(t, Firefox, `"`+AddonID+`"`, ""):                                                        {AllowedInvalid},
		good(t, Firefox, `"`+AddonID+`"`, `"`+AddonID+`", "{01234567-89ab-cdef-0123-456789ABCDEF}"`): nil,
		good(t, Firefox, `"`+AddonID+`"`, `"`+AddonID+`", "no id"`):                                  {AllowedInvalid},
	} {
		require.Equal(t, want, faults(Check(Firefox, []byte(text))), text)
	}
}

func TestCheckTellsWhere(t *testing.T) {
	for text, want := range map[string]string{
		" \n":                           "it is empty",
		"[]":                            "not an object",
		"{\n\"name\": \"x\",\n oops\n}": "line 3",
		"/* a\nb */ {\n\"name\" 1}":     "line 3",
	} {
		require.Equal(t, []Problem{{JSONInvalid, want}}, Check(Chromium, []byte(text)).Problems, text)
	}
}

func TestRelaxCommas(t *testing.T) {
	require.JSONEq(t, `{"a":[1,2],"b":"x,]"}`, string(Relax([]byte("{\"a\":[1,2, // c\n],\"b\":\"x,]\",}"), true)))
	require.NotEqual(t, `[1 ]`, string(Relax([]byte("[1,]"), false)))
	for _, text := range []string{`"`, `"\`, `/`, `/*`, `//`, `,]`, `"\x`, ``} {
		Relax([]byte(text), true) // half of a text is no reason to fail
	}
}

func TestSystemPlacesAndPolicies(t *testing.T) {
	require.Equal(t, []string{"/etc/chromium/native-messaging-hosts/io.sessionferry.host.json"}, SystemPlaces(Chromium, "linux"))
	require.Equal(t, []string{"/etc/opt/chrome/native-messaging-hosts/io.sessionferry.host.json"}, SystemPlaces(Chrome, "linux"))
	require.Len(t, SystemPlaces(Firefox, "linux"), 2)
	require.Empty(t, SystemPlaces(Chromium, "plan9"))
	require.Equal(t, "/etc/chromium/policies/managed", PolicyPlace(Chromium, "linux"))
	require.Empty(t, PolicyPlace(Firefox, "linux"))
}
