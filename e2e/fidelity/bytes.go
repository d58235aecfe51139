package fidelity

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"sessionferry/e2e/testbed"
)

// The hosts of the check of bytes, each with cookies that differ in one part. They
// are several sites, since a browser keeps 180 cookies of one.
const (
	hostNames  = "names.test"
	hostValues = "values.test"
	hostPaths  = "paths.test"
	hostIDN    = "xn--bcher-kva.test" // bücher.test
	hostBelow  = "x.xn--bcher-kva.test"
)

var bytesHosts = []string{hostNames, hostValues, hostPaths, hostIDN, hostBelow}

// probe is one cookie that a server sets with odd bytes.
type probe struct {
	token string   // begins the cookie's name or, without a name, its value; no other cookie has it
	host  string   // the host that sets it
	line  string   // the Set-Cookie header, byte for byte
	paths []string // at which requests may carry it, besides "/sent"
}

// octets are texts that hold every byte but NUL and line breaks, which end a
// header. Bytes of one kind share a text.
func octets() map[string]string {
	out := map[string]string{}
	alphanumeric := ""
	for b := byte(1); b < 0x80; b++ {
		switch {
		case b == '\n' || b == '\r':
		case '0' <= b && b <= '9', 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z':
			alphanumeric += string(rune(b))
		default:
			out[fmt.Sprintf("%02x", b)] = string(rune(b))
		}
	}
	out["an"] = alphanumeric
	for high := 0x80; high < 0x100; high += 0x10 { // not UTF-8
		text := ""
		for b := high; b < high+0x10; b++ {
			text += string([]byte{byte(b), '.'})
		}
		out[fmt.Sprintf("%02x", high)] = text
	}
	for i, text := range []string{"größe", "用户", "😀", "\u0080\u009f", "\u00a0", "\u07ff\u0800", "\u2028", "\u202e", "\ufeff", "\ufffd", "\ufffe", "\U0010ffff"} {
		out[fmt.Sprintf("u%x", i)] = text
	}
	return out
}

// isProbe reports whether a cookie of this domain is one of the check.
func isProbe(domain string) bool {
	return slices.Contains(bytesHosts, strings.TrimPrefix(domain, "."))
}

// probes are the cookies of the check.
func probes() []probe {
	var out []probe
	for key, text := range octets() {
		name, path := "n"+key+"."+text+"x", "/p"+key+"."+text+"x"
		asked := []string{"/p" + key + "." + url.PathEscape(text) + "x/z"}
		if utf8.ValidString(text) && text != "%" { // Go answers no address with a percent sign alone
			asked = append(asked, path+"/z") // as the browser's own parser of addresses makes it
		}
		out = append(out,
			probe{"n" + key, hostNames, name + "=1; Path=/; Secure", nil},
			probe{"v" + key, hostValues, "v" + key + ".=x" + text + "y; Path=/; Secure", nil},
			probe{"p" + key, hostPaths, "p" + key + ".=1; Path=" + path + "; Secure", asked})
	}
	for token, value := range map[string]string{"vfirst": " x", "vlast": "x ", "vquoted": `"x y"`, "vnone": "", "vlong": strings.Repeat("x", 4090), "vlonger": strings.Repeat("x", 4091)} {
		out = append(out, probe{token, hostValues, token + ".=" + value + "; Path=/; Secure", nil})
	}
	for token, path := range map[string]string{
		"dup": "/x/../dup.", "descaped": "/x/%2e%2E/descaped.", "dstay": "/./dstay.", "dtail": "/dtail./x/..", "dslash": "//dslash.", "drelative": "drelative.",
		"dcase": "/dcase.%c3%B6", "dletter": "/dletter.%41", "dlong": "/dlong." + strings.Repeat("x", 1017), "dlonger": "/dlonger." + strings.Repeat("x", 1016),
	} {
		out = append(out, probe{token, hostPaths, token + ".=1; Path=" + path + "; Secure",
			[]string{"/" + token + "./z", "/" + strings.TrimPrefix(path, "/") + "/z", "/dcase.ö/z", "/dletter.A/z"}})
	}
	for token, attributes := range map[string]string{
		"ihost": "", "idomain": "; Domain=xn--bcher-kva.test", "idotted": "; Domain=.xn--bcher-kva.test", "iupper": "; Domain=XN--BCHER-KVA.TEST", "ilettered": "; Domain=bücher.test",
		"ichips": "; SameSite=None; Partitioned", "ibroken": "; Domain=b\xfccher.test", "iempty": "; Domain=", "iport": "; Domain=xn--bcher-kva.test:443",
	} {
		out = append(out, probe{token, hostIDN, token + ".=1; Path=/; Secure" + attributes, nil})
	}
	return out
}

// serveBytes sets a host's probes at /set. At any other path it answers with the
// Cookie header that it received, in hexadecimal.
func serveBytes(w http.ResponseWriter, r *http.Request, host string) {
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set("Cache-Control", "no-store")
	if r.URL.Path != "/set" {
		_, _ = fmt.Fprintf(w, "%x", strings.Join(r.Header["Cookie"], "\n"))
		return
	}
	for _, p := range probes() {
		if p.host == host {
			w.Header().Add("Set-Cookie", p.line)
		}
	}
}

// sentTo is what servers receive at a list of paths, in the form of serveBytes.
const sentTo = `Promise.all(%s.map(async (path) => {
	const response = await fetch(origin + path);
	if (!response.ok) throw new Error(path + ": " + response.status);
	return response.text();
})).then(JSON.stringify)`

// setBytes has the servers set all probes.
func (w *world) setBytes(ctx context.Context, b testbed.Browser) error {
	for _, host := range bytesHosts {
		if err := b.Visit(ctx, w.sites.of(host, "/set")); err != nil {
			return err
		}
	}
	return nil
}

// sentBytes returns the cookies that a browser sends, by host and requested path.
func (w *world) sentBytes(ctx context.Context, b testbed.Browser) (map[string][]string, error) {
	out := map[string][]string{}
	for _, host := range bytesHosts {
		paths := []string{"/sent"}
		for _, p := range probes() {
			if p.host == host {
				paths = append(paths, p.paths...)
			}
		}
		list, err := json.Marshal(paths)
		if err != nil {
			return nil, err
		}
		if err := b.Visit(ctx, w.sites.of(host, "/page")); err != nil {
			return nil, err
		}
		var headers []string
		if err := evalJSON(ctx, b, fmt.Sprintf(sentTo, list), &headers); err != nil {
			return nil, err
		}
		for i, header := range headers {
			sent, err := hex.DecodeString(header)
			if err != nil {
				return nil, err
			}
			out[host+paths[i]] = strings.Split(string(sent), "; ")
		}
	}
	return out, nil
}

// compareBytes compares request by request the bytes that servers receive. Cookies
// that were named before the transfer must not be there; all others must, in the
// same order.
func compareBytes(before, after map[string][]string, named string) []row {
	var out []row
	for at, sent := range before {
		want := slices.DeleteFunc(slices.Clone(sent), func(cookie string) bool {
			token, _, _ := strings.Cut(cookie, ".")
			return cookie != "" && strings.Contains(named, token+".")
		})
		r := row{What: at}
		if was, is := strings.Join(want, "; "), strings.Join(after[at], "; "); was != is {
			was, is = apart(was, is)
			r.Target = fmt.Sprintf("%.200q is %.200q", was, is)
		}
		out = append(out, r)
	}
	return out
}
