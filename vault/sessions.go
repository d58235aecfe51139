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

// Headers of a put. A refresh has the first alone.
const (
	HeaderKey  = "Idempotency-Key"
	HeaderSeen = "Sessionferry-Seen"
	// HeaderConfirm is "yes" for a share that is to wait for the app's word.
	HeaderConfirm = "Sessionferry-Confirm"
	// HeaderCounts says how many cookies and storage items went and how many of
	// both stayed, e.g. "12.3.1".
	HeaderCounts = "Sessionferry-Counts"
)

// maxAhead is how far a sender's clock may be ahead of the vault's.
const maxAhead = 10 * time.Minute

func (s *Server) status(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	st, err := s.cfg.Store.Status(c.r.Context(), c.by, id)
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
	return c.answerJSON(code, b)
}

func (s *Server) put(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	// Whose account it is comes before the body: a stranger's 36 MiB are not read.
	role, err := s.cfg.Store.Role(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	if role != session.RoleOwner {
		return session.Errorf(session.CodeNotOwner, "")
	}
	leave, err := s.largeBody(c)
	if err != nil {
		return err
	}
	defer leave()
	put, err := s.readPut(c, id)
	if err != nil {
		return err
	}
	return s.storeSealed(c, put, func(put Put) (PutResult, error) {
		r, err := s.cfg.Store.Put(c.r.Context(), c.by, put)
		if err == nil && r.Applied && put.Confirm {
			s.arrivals.wake()
		}
		return r, err
	})
}

// sealedPut is a put as received, before its signature has been checked.
type sealedPut struct {
	Put
	envelope *envelope.Envelope
	sender   envelope.KeyID
}

// readPut checks everything about a put that needs no look at the records.
func (s *Server) readPut(c *call, account session.ID) (*sealedPut, error) {
	seen, err := parseSeen(c.r.Header.Get(HeaderSeen))
	if err != nil {
		return nil, err
	}
	confirm := c.r.Header.Get(HeaderConfirm)
	if confirm != "" && confirm != "yes" {
		return nil, session.Errorf(session.CodeRequestInvalid, "%s is yes or absent", HeaderConfirm)
	}
	counts, err := parseCounts(c.r.Header.Get(HeaderCounts))
	if err != nil {
		return nil, err
	}
	key, body, err := s.sealed(c)
	if err != nil {
		return nil, err
	}
	p, err := parsePut(body, envelope.OriginShare, account, s.cfg.Now())
	if err != nil {
		return nil, err
	}
	if err := p.Consent.Validate(s.cfg.Now()); err != nil {
		return nil, err
	}
	p.Key, p.Seen, p.Confirm, p.Counts = key, seen, confirm == "yes", counts
	return p, nil
}

// sealed reads the idempotency key and the envelope of a request, whose caller may
// send one.
func (s *Server) sealed(c *call) (key string, body []byte, err error) {
	if c.r.Header.Get("Content-Type") != MediaType {
		return "", nil, session.Errorf(session.CodeRequestInvalid, "the content type is not %s", MediaType)
	}
	key = c.r.Header.Get(HeaderKey)
	if !session.IsKey(key) {
		return "", nil, session.Errorf(session.CodeRequestInvalid, "%s is 1 to 64 of A-Z a-z 0-9 _ -", HeaderKey)
	}
	c.extend(s.cfg.Limits.Upload)
	body, err = c.body()
	return key, body, err
}

// parsePut reads an envelope of an origin that is to become the account's session,
// now or after the app's word.
func parsePut(body []byte, origin envelope.Origin, account session.ID, now time.Time) (*sealedPut, error) {
	e, err := envelope.Parse(body)
	if err != nil {
		return nil, err
	}
	h := e.Header()
	switch {
	case h.Origin != origin:
		return nil, session.Errorf(session.CodeEnvelopeContext, "a %s is wanted here, not a %s", origin, h.Origin)
	case h.Account != account:
		return nil, session.Errorf(session.CodeEnvelopeContext, "")
	case h.Created.After(now.Add(maxAhead)):
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "it was made in the future: check the clock")
	}
	p := &sealedPut{envelope: e, sender: h.Sender, Put: Put{
		Account: h.Account, Workspace: h.Workspace, App: h.App, Session: h.Session, Generation: h.Generation,
		Created: h.Created, Cap: h.Cap, NotAfter: h.NotAfter, Consent: h.Consent,
	}}
	for _, id := range append(h.Recipients, h.Sender, h.SharedBy()) {
		p.KeyIDs = append(p.KeyIDs, id[:])
	}
	p.Sealed.Rest, p.Sealed.Stanzas = e.Split()
	return p, nil
}

// storeSealed checks the signature with the roster that the vault serves, stores
// and answers. The signature is checked outside the transaction, which holds the
// one writer; if the roster grows meanwhile, again.
func (s *Server) storeSealed(c *call, p *sealedPut, store func(Put) (PutResult, error)) error {
	for {
		chain, err := s.cfg.Store.Roster(c.r.Context(), c.by.Person)
		if err != nil {
			return err
		}
		if err := s.checkSignature(c.by, p, chain); err != nil {
			return err
		}
		p.Roster = len(chain)
		r, err := store(p.Put)
		switch {
		case errors.Is(err, ErrRosterMoved):
			continue
		case session.CodeOf(err) == session.CodeGenerationConflict:
			return conflict{err, r.Status}
		case err != nil:
			return err
		case r.Applied:
			return c.answerStatus(http.StatusCreated, r.Status)
		}
		return c.answerStatus(http.StatusOK, r.Status)
	}
}

// checkSignature refuses what the openers would refuse, and what comes by another
// program's token than the one that signed it.
func (s *Server) checkSignature(by Principal, p *sealedPut, chain [][]byte) error {
	if len(chain) == 0 {
		return session.Errorf(session.CodeEnvelopeSender, "there is no roster yet")
	}
	roster, err := s.verified.roster(chain)
	if err != nil {
		return err
	}
	if listed, same := signedBy(roster, p.sender, by.Keys); listed && !same {
		return session.Errorf(session.CodeEnvelopeSender, "another %s has signed it", by.Role)
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
