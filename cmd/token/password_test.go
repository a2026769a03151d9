package main

import (
	"io"
	"strings"
	"testing"
)

func TestAPasswordThatNobodyCouldSignInWithIsRefused(t *testing.T) {
	for _, c := range []struct{ what, typed, want string }{
		{"none", "", "there is no password"},
		{"a line's end alone", "\r\n", "there is no password"},
		{"two lines", "correct horse\nbattery staple", "a password is one line"},
		{"too short", "eleven char", "the password has 11 characters, and needs 12 or more"},
		{"too short, with letters of several bytes", strings.Repeat("é", 11), "the password has 11 characters, and needs 12 or more"},
		{"too long", strings.Repeat("correct horse ", 40), "the password has more than 512 bytes"},
		{"megabytes", strings.Repeat("correct horse ", 1<<19), "the password has more than 512 bytes"},
		{"Windows-1252", "corr\xe9ct horse battery", "the password is not UTF-8"},
		{"UTF-16", "\xff\xfec\x00o\x00r\x00r\x00e\x00c\x00t\x00 \x00h\x00o\x00r\x00s\x00e\x00", "the password is not UTF-8"},
		{"an arrow key", "correct horse\x1b[D battery", "the password has a character that nobody can type"},
		{"a tab", "correct\thorse battery", "the password has a character that nobody can type"},
		{"spaces", strings.Repeat(" ", 20), "the password can be guessed"},
		{"a letter", strings.Repeat("a", 20), "the password can be guessed"},
		{"a word again and again", "password" + "password", "the password can be guessed"},
	} {
		var out strings.Builder
		if err := password(t.Context(), strings.NewReader(c.typed), &out, io.Discard); err == nil || !strings.Contains(err.Error(), c.want) || out.Len() > 0 {
			t.Errorf("%s: %v, %s, want %s", c.what, err, out.String(), c.want)
		}
	}
}

func TestWhatAShellAddsIsNoPartOfThePassword(t *testing.T) {
	for _, piped := range []string{"correct horse battery", "correct horse battery\n", "correct horse battery\r\n", "\ufeffcorrect horse battery\r\n"} {
		typed, _, err := readPassword(t.Context(), strings.NewReader(piped), io.Discard)
		if typed != "correct horse battery" || err != nil {
			t.Errorf("%q: %q, %v", piped, typed, err)
		}
	}
}
