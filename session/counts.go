package session

// Counts says how much of a capture a share took along and how much it left in the
// person's browser. It names nothing, so that the vault may know it.
type Counts struct {
	Cookies int `json:"cookies"`
	Items   int `json:"items"` // of web storage: entries and records
	Left    int `json:"left"`  // of both kinds
}
