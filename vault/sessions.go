package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"sessionferry/envelope"
	"sessionferry/session"
)

// MediaType is the content type of an envelope.
const MediaType = "application/vnd.sessionferry.envelope"

// Headers of a put.
const (
	HeaderKey  = "Idempotency-Key"
	HeaderSeen = "Sessionferry-Seen"
	// HeaderConfirm is "yes" for a share that is to wait for the app's word.
	HeaderConfirm = "Sessionferry-Confirm"
)

// maxAhead is how far a sender's clock may be ahead of the vault's.
const maxAhead = 10 * time.Minute

func (s *Server) status(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	seen, err := parseSeen(c.r.URL.Query().Get("seen"))
	if err != nil {
		return err
	}
	st, err := s.cfg.Store.Status(c.r.Context(), c.by, id, seen)
	if err != nil {
		return err
	}
	return c.answerStatus(http.StatusOK, st)
}

// answerStatus adds an entity tag, by which a caller that polls learns cheaply
// that nothing has changed.
func (c *call) answerStatus(code int, st session.Status) error {
	b, err := session.Marshal(st)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	c.w.Header().Set("ETag", tag)
	if c.r.Method == http.MethodGet && c.r.Header.Get("If-None-Match") == tag {
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return c.answer(code, st)
}

func (s *Server) put(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	// Whose account it is comes before the body: a stranger's 36 MiB are not read.
	a, err := s.cfg.Store.Account(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	if a.Role != session.RoleOwner {
		return session.Errorf(session.CodeNotOwner, "")
	}
	leave, err := s.takeLarge(c)
	if err != nil {
		return err
	}
	defer leave()
	put, err := s.readPut(c, id)
	if err != nil {
		return err
	}
	r, err := s.storePut(c, put)
	switch {
	case session.CodeOf(err) == session.CodeGenerationConflict:
		return conflict{err, r.Status}
	case err != nil:
		return err
	case r.Applied:
		if put.Confirm {
			s.arrivals.wake()
		}
		return c.answerStatus(http.StatusCreated, r.Status)
	}
	return c.answerStatus(http.StatusOK, r.Status)
}

// sealedPut is a put as received, before its signature has been checked.
type sealedPut struct {
	Put
	envelope *envelope.Envelope
	sender   envelope.KeyID
}

// readPut checks everything about a put that needs no look at the records.
func (s *Server) readPut(c *call, account session.ID) (*sealedPut, error) {
	if c.r.Header.Get("Content-Type") != MediaType {
		return nil, session.Errorf(session.CodeRequestInvalid, "the content type is not %s", MediaType)
	}
	key := c.r.Header.Get(HeaderKey)
	if !session.IsKey(key) {
		return nil, session.Errorf(session.CodeRequestInvalid, "%s is 1 to 64 of A-Z a-z 0-9 _ -", HeaderKey)
	}
	seen, err := parseSeen(c.r.Header.Get(HeaderSeen))
	if err != nil {
		return nil, err
	}
	confirm := c.r.Header.Get(HeaderConfirm)
	if confirm != "" && confirm != "yes" {
		return nil, session.Errorf(session.CodeRequestInvalid, "%s is yes or absent", HeaderConfirm)
	}
	c.extend(s.cfg.Limits.Upload)
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	p, err := parsePut(body, account, s.cfg.Now())
	if err != nil {
		return nil, err
	}
	p.Key, p.Seen, p.Confirm = key, seen, confirm == "yes"
	return p, nil
}

// parsePut reads an envelope that is to become the account's session, now or
// after the app's word.
func parsePut(body []byte, account session.ID, now time.Time) (*sealedPut, error) {
	e, err := envelope.Parse(body)
	if err != nil {
		return nil, err
	}
	h := e.Header()
	switch {
	case h.Origin != envelope.OriginShare:
		return nil, session.Errorf(session.CodeEnvelopeContext, "only a share can be put")
	case h.Account != account:
		return nil, session.Errorf(session.CodeEnvelopeContext, "")
	case h.Created.After(now.Add(maxAhead)):
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "it was made in the future: check the clock")
	case h.Generation.Share > 2*maxSeen:
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "the share number")
	}
	if err := h.Consent.Validate(now); err != nil {
		return nil, err
	}
	p := &sealedPut{envelope: e, sender: h.Sender, Put: Put{
		Account: h.Account, Workspace: h.Workspace, App: h.App, Session: h.Session, Generation: h.Generation,
		Created: h.Created, Cap: h.Cap, NotAfter: h.NotAfter, Consent: h.Consent, KeyIDs: [][]byte{h.Sender[:]},
	}}
	for _, id := range h.Recipients {
		p.KeyIDs = append(p.KeyIDs, id[:])
	}
	p.Sealed.Rest, p.Sealed.Stanzas = e.Split()
	return p, nil
}

// storePut checks the signature with the roster that the vault serves and puts.
// The signature is checked outside the transaction, which holds the one writer;
// if the roster grows meanwhile, again.
func (s *Server) storePut(c *call, p *sealedPut) (PutResult, error) {
	for {
		chain, err := s.cfg.Store.Roster(c.r.Context(), c.by.Person)
		if err != nil {
			return PutResult{}, err
		}
		if err := s.checkSignature(c.by, p, chain); err != nil {
			return PutResult{}, err
		}
		p.Roster = len(chain)
		r, err := s.cfg.Store.Put(c.r.Context(), c.by, p.Put)
		if !errors.Is(err, ErrRosterMoved) {
			return r, err
		}
	}
}

// checkSignature refuses what the openers would refuse, and a share that comes by
// another device's token than the one that signed it.
func (s *Server) checkSignature(by Principal, p *sealedPut, chain [][]byte) error {
	keys, err := envelope.ParsePublicKeys(by.Keys)
	if err != nil {
		return err
	}
	if p.sender != keys.ID() {
		return session.Errorf(session.CodeEnvelopeSender, "another device has signed it")
	}
	if len(chain) == 0 {
		return session.Errorf(session.CodeEnvelopeSender, "there is no roster yet")
	}
	roster, _, err := envelope.VerifyChain(chain, envelope.Hash{})
	if err != nil {
		return err
	}
	return p.envelope.Verify(roster, s.cfg.Now())
}

func (s *Server) deleteSession(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	st, err := s.cfg.Store.Delete(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	return c.answerStatus(http.StatusOK, st)
}
