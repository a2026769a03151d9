package token

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"unicode/utf8"
)

// claim is what this server vouches for towards the team: that a visitor of the account is in the conversation with the
// unique name, has called themselves so, and how sure that is. It stands in the conversation's attributes with a seal over
// all of it. Who may write there, by a role that allows too much, has no seal for what they write; and one that was copied
// from another conversation is that of its name.
type claim struct {
	Conversation string `json:"uniqueName"`
	Account      string `json:"account"`
	Name         string `json:"name"`
	Email        string `json:"email"`
	Verification string `json:"verification"`
}

// sealPurpose goes up when the form changes.
const sealPurpose = "conversation 1"

func (c claim) text() []byte {
	text, _ := json.Marshal([]string{c.Conversation, c.Account, c.Name, c.Email, c.Verification}) // can't fail
	return text
}

// person is who the visitor says they are.
func (c claim) person() person { return person{Name: c.Name, Email: c.Email} }

// attributes are those of a conversation, a message or a user. Others may have put something among them, which stays.
type attributes map[string]json.RawMessage

// readAttributes returns none for a text that has none.
func readAttributes(text string) attributes {
	a := attributes{}
	if json.Unmarshal([]byte(text), &a) != nil || a == nil {
		return attributes{}
	}
	return a
}

// text returns one of them; "" if it is none. They are read as JavaScript does at the desk: a name in other letters is another name,
// while Go would put it into the field of a struct.
func (a attributes) text(name string) (text string) {
	if json.Unmarshal(a[name], &text) != nil {
		return ""
	}
	return text
}

// claim returns what they say, and the seal: true or not.
func (a attributes) claim(conversation string) (c claim, seal string) {
	var visitor attributes
	_ = json.Unmarshal(a["visitor"], &visitor) // none: nothing is known of them
	return claim{
		Conversation: conversation,
		Account:      a.text("account"),
		Name:         visitor.text("name"),
		Email:        visitor.text("email"),
		Verification: a.text("verification"),
	}, a.text("seal")
}

// set writes the claim and its seal among them.
func (a attributes) set(c claim, seal string) {
	for name, value := range map[string]any{"account": c.Account, "visitor": c.person(), "verification": c.Verification, "seal": seal} {
		a[name], _ = json.Marshal(value) // can't fail: texts only
	}
}

func (k keys) sealOf(c claim) string { return k.sign(sealPurpose, c.text()) }

func (k keys) holds(c claim, seal string) bool { return k.signed(sealPurpose, c.text(), seal) }

// described returns the conversation as the team should see it. Who says nothing of themselves keeps what they said before.
func (h *Handler) described(c conversation, v visitor) conversation {
	now := claim{Conversation: c.name, Account: v.accountID, Name: v.person.Name, Email: v.person.Email, Verification: v.verification}
	all := readAttributes(c.attributes)
	if v.person == (person{}) && (c.SID != "" || c.attributes != "") {
		before, seal := all.claim(c.name)
		if !h.sessionKeys.holds(before, seal) {
			before = unsealed(before, now)
		}
		now = before
	} else {
		c.friendlyName = v.person.label()
	}
	seal := h.sessionKeys.sealOf(now)
	all.set(now, seal)
	text, _ := json.Marshal(all)
	switch {
	case sameJSON(c.attributes, text):
	case len(text) <= maxConversationBytes:
		c.attributes = string(text)
	case c.SID == "":
		// It is of the one before that others have written so much.
		only := attributes{}
		only.set(now, seal)
		text, _ := json.Marshal(only)
		c.attributes = string(text)
	default:
		// That the team doesn't see the latest of who the visitor is must not keep them from writing. What stands there is sealed, or nothing.
		h.log.Warn("the attributes of a conversation are full, so what is new of its visitor can't be written there", "conversation", c.SID,
			"hint", "some tool of the team has put nearly 16 KB there: let it keep them elsewhere")
	}
	return c
}

// maxConversationBytes is Twilio's limit for the attributes of a conversation.
const maxConversationBytes = 16 << 10

// likeness returns a conversation that says of its visitor what another one does. What was vouched for there is here, too.
func (h *Handler) likeness(of, c conversation) conversation {
	if of.attributes == "" {
		return c
	}
	c.friendlyName, c.attributes = of.friendlyName, of.attributes
	all := readAttributes(of.attributes)
	if vouched, seal := all.claim(of.name); h.sessionKeys.holds(vouched, seal) {
		vouched.Conversation = c.name
		all.set(vouched, h.sessionKeys.sealOf(vouched))
		text, _ := json.Marshal(all) // can't fail: it was read from JSON
		c.attributes = string(text)
	}
	return c
}

// unsealed returns what may be sealed of a claim that has no seal, as in all conversations of before there were any: name
// and address are what anybody may have typed, and can only say that, or that the one who typed them has been caught.
func unsealed(before, now claim) claim {
	if before.Name = clean(before.Name); utf8.RuneCountInString(before.Name) <= maxNameRunes {
		now.Name = before.Name
	}
	if isEmail(before.Email) {
		now.Email = before.Email
	}
	if before.Verification == cannotVerify {
		now.Verification = cannotVerify
	}
	return now
}

const (
	// maxClaims is how many may be asked about at once.
	maxClaims = 100
	// maxClaimsBody is more than so many need.
	maxClaimsBody = 512 << 10
)

var (
	errTooManyClaims = &failure{status: 400, code: "too-many-conversations", message: "At most 100 conversations can be asked about at once."}
	errNoClaims      = &failure{status: 400, code: "bad-json", message: "The body is not one JSON object with a list of conversations."}
)

// AnswerVouched tells a team's desk which of its conversations this server vouches for: what they say of the visitor, as the
// desk has read it and would show it, with the seal. It is for the team alone, whom the caller knows.
//
//	{"conversations": [{uniqueName, account, name, email, verification, seal}, …]} -> {"vouched": [true, …]}
func (h *Handler) AnswerVouched(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	vouched, err := h.vouched(w, r)
	if err != nil {
		err.write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	// The only possible error is a connection that is gone.
	_ = json.NewEncoder(w).Encode(struct {
		Vouched []bool `json:"vouched"`
	}{vouched})
}

func (h *Handler) vouched(w http.ResponseWriter, r *http.Request) ([]bool, *failure) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxClaimsBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, errTooManyClaims
	}
	var q struct {
		Conversations []struct {
			claim
			Seal string `json:"seal"`
		} `json:"conversations"`
	}
	if err != nil || json.Unmarshal(body, &q) != nil {
		return nil, errNoClaims
	}
	if len(q.Conversations) > maxClaims {
		return nil, errTooManyClaims
	}
	vouched := make([]bool, len(q.Conversations))
	for i, c := range q.Conversations {
		vouched[i] = h.sessionKeys.holds(c.claim, c.Seal)
	}
	return vouched, nil
}
