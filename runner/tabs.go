package runner

import (
	"context"
	"slices"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"sessionferry/runner/cdpmux"
	"sessionferry/session"
)

// tabs prepares every page and frame of a browser before it runs: what it says
// of the person's browser, and the storage of the bundle's origins. Any client
// may open pages; all of them come by here first (cdpmux.KeepGate). The session is
// in the browser's default context: a context that a client makes is a profile of
// its own, and gets nothing of it.
type tabs struct {
	ctx     context.Context      // of the browser's life
	context cdp.BrowserContextID // the default one
	mux     *cdpmux.Mux
	client  *cdpmux.Client
	agent   *emulation.SetUserAgentOverrideParams
	seeds   []*storageSeed
	pending sync.WaitGroup

	origins []*originSeed

	mu          sync.Mutex
	frames      map[string]*frame // by session
	filled      map[*storageSeed]bool
	differences []Difference
	restored    map[storagePart]int // items written and found again
	records     int                 // of databases, the same
}

// frame is one attached target: a page, or a frame in a process of its own.
type frame struct {
	session *cdpmux.Session
	target  target.ID
	inner   bool          // a frame in a process of its own
	foreign bool          // in another context than the session's
	blank   bool          // a hidden page of ours
	settled chan struct{} // closed when it has answered to all that was told
	tab     *tab
	script  page.ScriptIdentifier // of the fill script, "" without one
	carries []*storageSeed        // that it fills
}

// tab is what the frames of one tab share: sessionStorage belongs to it.
type tab struct{ filled map[*storageSeed]bool }

// world is the isolated world of our scripts: pages cannot see into it.
const world = "sessionferry"

// watchTabs starts to prepare tabs. It returns when the existing ones are
// attached to.
func watchTabs(ctx context.Context, m *cdpmux.Mux, bc session.BrowserContext, seeds []*storageSeed, origins []*originSeed) (*tabs, error) {
	t := &tabs{ctx: ctx, mux: m, seeds: seeds, origins: origins, frames: map[string]*frame{}, filled: map[*storageSeed]bool{}, restored: map[storagePart]int{}}
	c, err := m.NewClient(ctx, t.event)
	if err != nil {
		return nil, session.Errorf(session.CodeBrowserFailed, "").Because(err)
	}
	t.client = c
	if t.agent, err = agentOf(ctx, c.Session(""), bc); err != nil {
		return nil, err
	}
	contexts, err := cdp.Call(ctx, c.Session(""), target.GetBrowserContexts, cdp.Empty{})
	if err != nil {
		return nil, session.Errorf(session.CodeBrowserFailed, "").Because(err)
	}
	if contexts.DefaultBrowserContextID == "" {
		return nil, session.Errorf(session.CodeBrowserFailed, "it is too old: it does not report its default context")
	}
	t.context = contexts.DefaultBrowserContextID
	m.KeepGate(c)
	if err := c.Session("").Call(ctx, target.CommandSetAutoAttach, autoAttach(), nil); err != nil {
		return nil, session.Errorf(session.CodeBrowserFailed, "watching its pages").Because(err)
	}
	return t, nil
}

// autoAttach asks to attach to new targets, which then wait. It has no filter: the
// browser would stop what a filter leaves out, and not report it.
func autoAttach() target.SetAutoAttachParams {
	flatten := true
	return target.SetAutoAttachParams{AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: &flatten}
}

// event is told of everything that happens, in order.
func (t *tabs) event(in, method string, params jsonv2.Value) {
	switch method {
	case "Target.attachedToTarget":
		var e target.EventAttachedToTarget
		if jsonv2.Unmarshal(params, &e) != nil || e.TargetInfo == nil {
			return
		}
		switch e.TargetInfo.Type {
		case "page", "iframe":
		case typeHidden: // a blank page, which openBlank prepares and keeps
			_, _ = t.client.Session(string(e.SessionID)).Begin(runtime.CommandRunIfWaitingForDebugger, nil)
			return
		default:
			t.pending.Go(func() { t.dismiss(t.client.Session(in), e.SessionID) })
			return
		}
		f := t.adopt(in, string(e.SessionID), e.TargetInfo)
		t.pending.Go(func() {
			defer close(f.settled)
			settle, err := t.prepare(f)
			_, _ = f.session.Begin(runtime.CommandRunIfWaitingForDebugger, nil)
			if err == nil {
				_ = settle() // fails for a target that went away meanwhile: nothing is left to do
			}
		})
	case "Target.detachedFromTarget":
		var e target.EventDetachedFromTarget
		if jsonv2.Unmarshal(params, &e) == nil {
			t.mu.Lock()
			delete(t.frames, string(e.SessionID))
			t.mu.Unlock()
		}
	case "Runtime.bindingCalled":
		var e runtime.EventBindingCalled
		if jsonv2.Unmarshal(params, &e) == nil && e.Name == fillReport {
			t.reported(in, e.Payload)
		}
	case "Fetch.requestPaused":
		t.meet(in, params)
	}
}

// dismiss lets a worker start, or another target that has nothing to prepare, and
// detaches from it. The browser never starts some of them without an answer to the
// resume, and never ends a service worker that somebody is attached to.
func (t *tabs) dismiss(parent *cdpmux.Session, id target.SessionID) {
	_ = t.client.Session(string(id)).Call(t.ctx, runtime.CommandRunIfWaitingForDebugger, nil, nil)
	_, _ = parent.Begin(target.CommandDetachFromTarget, target.DetachFromTargetParams{SessionID: id})
}

// adopt enters a new session; a frame belongs to the tab that it came with.
func (t *tabs) adopt(parent, id string, of *target.Info) *frame {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := &frame{
		session: t.client.Session(id), target: of.TargetID, inner: of.Type == "iframe", blank: of.Type == typeBlank,
		foreign: of.BrowserContextID != t.context, settled: make(chan struct{}),
	}
	if p := t.frames[parent]; p != nil {
		f.tab = p.tab
	} else {
		f.tab = &tab{filled: map[*storageSeed]bool{}}
	}
	t.frames[id] = f
	return f
}

// frameOf returns the frame of a target, nil if there is none.
func (t *tabs) frameOf(id target.ID) *frame {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range t.frames {
		if f.target == id {
			return f
		}
	}
	return nil
}

// prepare tells a target everything before it runs, and returns what waits for
// the answers. A popup that waits for a debugger has no renderer yet and answers
// only once it runs, so it must be started first: the commands take effect in
// this order all the same.
func (t *tabs) prepare(f *frame) (settle func() error, err error) {
	var waits []*cdpmux.Pending
	begin := func(method string, params any) {
		if err != nil {
			return
		}
		var p *cdpmux.Pending
		p, err = f.session.Begin(method, params)
		waits = append(waits, p)
	}
	begin(page.CommandEnable, nil) // without it scripts are not run
	begin(target.CommandSetAutoAttach, autoAttach())
	begin(emulation.CommandSetUserAgentOverride, t.agent)
	if held := t.held(); held != nil && !f.blank && !f.foreign {
		begin(fetch.CommandEnable, held)
	}
	open := t.open(f)
	if len(open) > 0 { // a binding reports only while Runtime is enabled
		begin(runtime.CommandEnable, nil)
		begin(runtime.CommandAddBinding, runtime.AddBindingParams{Name: fillReport, ExecutionContextName: world})
	}
	told := len(waits)
	if len(open) > 0 {
		at := true
		begin(page.CommandAddScriptToEvaluateOnNewDocument,
			page.AddScriptToEvaluateOnNewDocumentParams{Source: onNewDocument(open), WorldName: world, RunImmediately: &at})
	}
	if err != nil {
		return nil, err
	}
	return func() error {
		for i, p := range waits[:told] {
			if err := p.Wait(t.ctx, nil); err != nil && i == 0 {
				return err // the others may be refused by targets that lack them
			}
		}
		if len(open) == 0 {
			return nil
		}
		return t.carry(f, open, waits[told])
	}, nil
}

// carry waits for the fill script of a frame, and takes away again what was
// filled meanwhile.
func (t *tabs) carry(f *frame, seeds []*storageSeed, added *cdpmux.Pending) error {
	var res page.AddScriptToEvaluateOnNewDocumentResult
	if err := added.Wait(t.ctx, &res); err != nil {
		return err
	}
	t.mu.Lock()
	f.script, f.carries = res.Identifier, seeds
	t.mu.Unlock()
	t.retire(f)
	return nil
}

// open lists the seeds that the documents of a new frame still need. A blank page
// is filled when it is there, a page of another context never.
func (t *tabs) open(f *frame) []*storageSeed {
	return t.missing(f, func(s *storageSeed) bool { return !f.blank && !f.foreign && !s.large && (s.framed || !f.inner) })
}

// missing lists the seeds that are not filled yet, of those that are wanted.
func (t *tabs) missing(f *frame, wanted func(*storageSeed) bool) []*storageSeed {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []*storageSeed
	for _, s := range t.seeds {
		if !t.filled[s] && !f.tab.filled[s] && wanted(s) {
			out = append(out, s)
		}
	}
	return out
}

// retire takes what is filled out of a frame's script, and with the last of it
// what the script needed. A script is not changed but replaced.
func (t *tabs) retire(f *frame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f.script == "" {
		return
	}
	left := slices.DeleteFunc(slices.Clone(f.carries), func(s *storageSeed) bool { return t.filled[s] || f.tab.filled[s] })
	if len(left) == len(f.carries) {
		return
	}
	old := f.script
	f.script = ""
	if len(left) > 0 { // before the old one goes, so that no document is without
		added, err := f.session.Begin(page.CommandAddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: onNewDocument(left), WorldName: world})
		if err == nil {
			t.pending.Go(func() { _ = t.carry(f, left, added) }) // fails for a target that went away: nothing is left to do
		}
	}
	_, _ = f.session.Begin(page.CommandRemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams{Identifier: old})
	if len(left) == 0 {
		_, _ = f.session.Begin(runtime.CommandDisable, nil)
	}
}

// reported takes note of a filled storage.
func (t *tabs) reported(in, payload string) {
	var r fillResult
	if jsonv2.Unmarshal([]byte(payload), &r, jsonv2.AllowInvalidUTF8(true)) != nil {
		return
	}
	t.mu.Lock()
	f := t.frames[in]
	i := seedIndex(t.seeds, r)
	if f == nil || i < 0 {
		t.mu.Unlock()
		return
	}
	s := t.seeds[i]
	done := f.tab.filled
	if s.kind == kindLocal {
		done = t.filled // localStorage is one for all tabs
	}
	if r.Fresh && !done[s] {
		t.differences = append(t.differences, s.differences(r)...)
		// Frames and further tabs get copies: what counts is that it is there.
		part := storagePart{s.origin, s.kind}
		t.restored[part] = max(t.restored[part], s.items-len(r.Lost))
	}
	done[s] = true
	frames := make([]*frame, 0, len(t.frames))
	for _, f := range t.frames {
		frames = append(frames, f)
	}
	t.mu.Unlock()
	for _, f := range frames {
		t.retire(f)
	}
}
