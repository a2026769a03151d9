package store

import (
	"time"
	"unicode/utf8"
)

// MaxMediaBytes is the size that a file may have, as https://www.twilio.com/docs/flex/developer/conversations/limits has it of the
// channel that takes the largest.
const MaxMediaBytes = 150 << 20

// MaxMessageMedia is how many files a message may have.
const MaxMessageMedia = 10

const (
	maxMediaInAll      = 512 << 20      // bytes
	maxUploadAge       = 24 * time.Hour // after which what no message has is dropped
	maxContentTypeSize = 256
	maxFilenameRunes   = 512
)

// Media is what is known of a file. Its content is kept elsewhere.
type Media struct {
	SID         string    `json:"sid"`
	Author      string    `json:"author"` // who has uploaded it; "system" for the REST API
	Filename    string    `json:"filename,omitempty"`
	ContentType string    `json:"contentType"`
	Size        int64     `json:"size"`
	Created     time.Time `json:"created"`

	message      *Message // that it came with; nil: it is only uploaded yet
	conversation *Conversation
}

// Place tells where a file was sent, as SIDs; "" for one that is only uploaded yet.
func (m *Media) Place() (conversation, message string) {
	if m.message == nil {
		return "", ""
	}
	return m.conversation.ID, m.message.SID
}

// ErrLargeMedia is the refusal of a file that has more than [MaxMediaBytes].
var ErrLargeMedia = &Error{413, 50512, "Message media size is too large"}

var (
	errMedia       = &Error{404, 50507, "Media not found"}
	errSentMedia   = &Error{400, 50508, "Media already sent with another message"}
	errMediaSID    = &Error{400, 50510, "Invalid message media SID"}
	errContentType = &Error{400, 50511, "Invalid message media content type"}
)

// AddMedia takes a file in, for a message that is to come. Which conversation that will be in isn't known yet, so no role is asked.
func (s *Store) AddMedia(author, filename, contentType string, size int64) (*Media, error) {
	switch {
	case size > MaxMediaBytes:
		return nil, ErrLargeMedia
	case contentType == "" || len(contentType) > maxContentTypeSize:
		return nil, errContentType
	case !utf8.ValidString(filename) || utf8.RuneCountInString(filename) > maxFilenameRunes:
		return nil, invalid("The name of the file is too long, or no text")
	}
	_, at := s.tick()
	total := size
	for sid, m := range s.media {
		if m.message == nil && at.Sub(m.Created) > maxUploadAge {
			s.dropMedia(m)
			delete(s.state.Uploads, sid)
			continue
		}
		total += m.Size
	}
	if total > maxMediaInAll {
		return nil, errFull
	}
	m := &Media{SID: newSID("ME"), Author: author, Filename: filename, ContentType: contentType, Size: size, Created: at}
	s.state.Uploads[m.SID], s.media[m.SID] = m, m
	return m, nil
}

// Media finds a file by SID. An identity sees its own, and those of the conversations that it sees; "" all.
func (s *Store) Media(sid, identity string) (*Media, error) {
	m := s.media[sid]
	if m == nil || identity != "" && m.Author != identity && (m.conversation == nil || !s.visible(m.conversation, identity)) {
		return nil, errNotFound
	}
	return m, nil
}

// uploads finds the files that a message is to have: each its author's own, and of no other message.
func (s *Store) uploads(author string, sids []string) ([]*Media, error) {
	var list []*Media
	if len(sids) > MaxMessageMedia {
		return nil, invalid("Too many media in a message")
	}
	seen := map[string]bool{}
	for _, sid := range sids {
		m := s.media[sid]
		switch {
		case !isSID("ME", sid):
			return nil, errMediaSID
		case m == nil || m.Author != author && m.Author != System:
			return nil, errMedia
		case m.message != nil || seen[sid]:
			return nil, errSentMedia
		}
		seen[sid] = true
		list = append(list, m)
	}
	return list, nil
}

// attach makes files those of a message.
func (s *Store) attach(c *Conversation, m *Message) {
	for _, media := range m.Media {
		media.conversation, media.message = c, m
		s.media[media.SID] = media
		delete(s.state.Uploads, media.SID)
	}
}

// dropMedia forgets files with their message. Twilio doesn't say what becomes of them.
func (s *Store) dropMedia(list ...*Media) {
	for _, m := range list {
		delete(s.media, m.SID)
		s.Dropped(m.SID)
	}
}
