package token

import (
	"strings"
	"testing"
)

const newSecret = "a new secret of acme"

// replacing gives a bench the session keys, the key of identities and the secrets of acme.
func replacing(t *testing.T, session []string, identity string, secrets ...string) bench {
	return newBench(t, func(o *Options) {
		o.SessionKeys = nil
		for _, key := range session {
			o.SessionKeys = append(o.SessionKeys, []byte(key))
		}
		if identity != "" {
			o.IdentityKey = []byte(identity)
		}
		if secrets != nil {
			o.Secrets = map[string][]string{"acme": secrets}
		}
	})
}

const (
	oldKey = "0123456789abcdef0123456789abcdef"
	newKey = "49f5bf69ba42ee4cb0fb8b3d3aa1e5d1"
)

func TestASessionOutlivesTheKeyThatSignedIt(t *testing.T) {
	before := replacing(t, []string{oldKey}, "").ask(request{})
	b := replacing(t, []string{newKey, oldKey}, "")
	during := b.ask(request{Session: before.Session})
	same(t, "identity", during.Identity, before.Identity)

	after := replacing(t, []string{newKey}, "")
	same(t, "identity with the session that the new key has signed", after.ask(request{Session: during.Session}).Identity, before.Identity)
	if after.ask(request{Session: before.Session}).Identity == before.Identity {
		t.Error("a key that is left out still counts")
	}
}

func TestVerifiedUsersKeepTheirThreadWhenTheSessionKeyIsReplaced(t *testing.T) {
	before := replacing(t, []string{oldKey}, "").identityOf("ACME", jane)
	for _, c := range []struct {
		name     string
		session  []string
		identity string
		kept     bool
	}{
		{"the key of identities was never another one", []string{newKey, oldKey}, "", true},
		{"it is set to what the session key was", []string{newKey}, oldKey, true},
		{"it is set while the session key is the same", []string{oldKey}, oldKey, true},
		{"it is not set, and the old session key is left out", []string{newKey}, "", false},
		{"it is another one", []string{oldKey}, newKey, false},
	} {
		if kept := replacing(t, c.session, c.identity).identityOf("ACME", jane) == before; kept != c.kept {
			t.Errorf("%s: the identity is kept: %t", c.name, kept)
		}
	}
}

func TestDigestsOfTheOldSecretCountWhileItIsReplaced(t *testing.T) {
	for _, c := range []struct{ made, want string }{
		{secret, verified}, {newSecret, verified}, {"another secret of others", cannotVerify}, {newSecret + "," + secret, cannotVerify},
	} {
		b := replacing(t, []string{oldKey}, "", newSecret, secret)
		a := b.ask(request{User: &user{Email: jane, Digest: Digest([]byte(c.made), jane)}})
		same(t, "a digest of "+c.made, a.Verification, c.want)
	}
}

func TestWithoutASessionKeyNothingStarts(t *testing.T) {
	if _, err := New(Options{}); err == nil || !strings.Contains(err.Error(), "session key") {
		t.Errorf("got %v", err)
	}
}
