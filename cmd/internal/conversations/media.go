package conversations

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"missive/cmd/internal/conversations/store"
	"missive/cmd/internal/conversations/twilsock"
)

// MediaPath is where files are uploaded and read, which at Twilio is a host of its own: https://mcs.us1.twilio.com.
const MediaPath = "/mcs/v1/Services/"

// contentLifetime is how long the address of a content is good for: "several minutes", the SDK's documentation says.
const contentLifetime = 5 * time.Minute

func (s *Server) mediaPath() string { return MediaPath + s.options.ServiceSID + "/Media" }

// serveMedia adds Twilio's Media Content Service, as far as the SDK and the REST API's users need it:
// https://www.twilio.com/docs/conversations-classic/api/media-resource
func (s *Server) serveMedia(mux *http.ServeMux) {
	const media = MediaPath + "{service}/Media"
	handle := func(pattern string, h func(w http.ResponseWriter, r *http.Request)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			// Whoever asks says who they are by a header, so pages of all origins may.
			w.Header().Set("Access-Control-Allow-Origin", "*")
			h(w, r)
		})
	}
	handle("OPTIONS "+MediaPath, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
		w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Twilio-Token")
		w.WriteHeader(http.StatusNoContent)
	})
	handle("POST "+media, s.uploadMedia)
	read := func(w http.ResponseWriter, r *http.Request) { s.answerMedia(w, r, getMedia) }
	handle("GET "+media+"/{sid}", read)
	handle("GET /v1/Services/{service}/Media/{sid}", read) // for who calls the host by its name, and gets here
	handle("POST "+media+"Set", func(w http.ResponseWriter, r *http.Request) { s.answerMedia(w, r, getMediaSet) })
	handle("GET "+media+"/{sid}/Content", s.serveContent)
}

// identityKey finds who asks the media service in the context of a request: "" for who has the API key.
type identityKey struct{}

// mayUseMedia finds out who asks, by an access token or by the API key.
func (s *Server) mayUseMedia(r *http.Request) (identity string, refused *store.Error) {
	token := r.Header.Get("X-Twilio-Token")
	g, invalid := grant{}, (*twilsock.Status)(nil)
	if token != "" {
		g, invalid = s.verify(token)
	}
	switch {
	case s.down():
		return "", &store.Error{Status: 503, Code: 20503, Message: "Service unavailable, as asked"}
	case invalid != nil:
		return "", &store.Error{Status: invalid.Code, Code: invalid.ErrorCode, Message: invalid.Description}
	case token == "" && !s.hasKey(r):
		return "", errKey
	case r.PathValue("service") != s.options.ServiceSID:
		return "", notFound
	}
	return g.identity, nil
}

func (s *Server) answerMedia(w http.ResponseWriter, r *http.Request, h handler) {
	s.mu.Lock()
	delay := s.faults.delay()
	s.mu.Unlock()
	time.Sleep(delay)
	identity, refused := s.mayUseMedia(r)
	if refused != nil {
		refuse(w, refused)
		return
	}
	s.answerCall(w, r.WithContext(context.WithValue(r.Context(), identityKey{}, identity)), h)
}

// upload is a file as it comes in.
type upload struct {
	filename, contentType string
	content               []byte
}

// uploadMedia takes a file, which is read before others have to wait.
func (s *Server) uploadMedia(w http.ResponseWriter, r *http.Request) {
	if _, refused := s.mayUseMedia(r); refused != nil {
		refuse(w, refused)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, store.MaxMediaBytes+maxRequestBytes)
	file, err := readUpload(r)
	r.Body = http.NoBody
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		file.content, err = nil, store.ErrLargeMedia
	} else if err != nil {
		err = badRequest("The file can't be read: " + err.Error())
	}
	s.answerMedia(w, r, func(c *call) (int, any, error) {
		if err != nil {
			return 0, nil, err
		}
		m, err := c.store.AddMedia(cmp.Or(c.identity, store.System), file.filename, file.contentType, int64(len(file.content)))
		if err == nil {
			err = s.contents.put(m.SID, file.content)
		}
		if err != nil {
			return 0, nil, err
		}
		return http.StatusCreated, c.describeMedia(m), nil
	})
}

// readUpload reads a file: the first of a form, or the body alone.
func readUpload(r *http.Request) (upload, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		content, err := io.ReadAll(r.Body)
		return upload{r.URL.Query().Get("Filename"), r.Header.Get("Content-Type"), content}, err
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return upload{}, err // with the form's end, too: it has no file
		}
		if part.FileName() == "" {
			continue
		}
		content, err := io.ReadAll(part)
		return upload{part.FileName(), cmp.Or(part.Header.Get("Content-Type"), "application/octet-stream"), content}, err
	}
}

func (c *call) describeMedia(m *store.Media) object {
	link := addressOf(c.Request) + c.server.mediaPath() + "/" + m.SID
	conversation, message := m.Place()
	return object{
		"sid": m.SID, "service_sid": c.server.options.ServiceSID, "account_sid": c.server.options.AccountSID, "author": m.Author,
		"category": "media", "filename": orNull(m.Filename), "content_type": m.ContentType, "size": m.Size,
		"channel_sid": orNull(conversation), "message_sid": orNull(message), "is_multipart_upstream": false,
		"date_created": m.Created, "date_updated": m.Created, "date_upload_updated": m.Created, "url": link,
		"links": object{"content": link + "/Content", "content_direct_temporary": link + "/Content?" + c.server.ticket(m.SID)},
	}
}

func getMedia(c *call) (int, any, error) {
	m, err := c.store.Media(c.PathValue("sid"), c.identity)
	if err != nil {
		return 0, nil, err
	}
	return 0, c.describeMedia(m), nil
}

// getMediaSet answers for many files at once. One that isn't there has a code of its own.
func getMediaSet(c *call) (int, any, error) {
	var body struct {
		Command string
		List    []struct {
			SID string `json:"media_sid"`
		}
	}
	if err := c.decode(&body); err != nil {
		return 0, nil, err
	}
	if body.Command != "get" {
		return 0, nil, badRequest("The command is not known")
	}
	list := []object{}
	for _, asked := range body.List {
		if m, err := c.store.Media(asked.SID, c.identity); err == nil {
			list = append(list, object{"code": http.StatusOK, "media_record": c.describeMedia(m)})
		} else {
			list = append(list, object{"code": http.StatusNotFound, "media_record": object{"sid": asked.SID}})
		}
	}
	return 0, list, nil
}

// ticket is what lets whoever has the address of a content read it for some minutes.
func (s *Server) ticket(sid string) string {
	expires := strconv.FormatInt(s.options.Now().Add(contentLifetime).Unix(), 10)
	return "Expires=" + expires + "&Signature=" + s.sign(sid, expires)
}

func (s *Server) sign(sid, expires string) string {
	mac := hmac.New(sha256.New, []byte(s.options.APISecret))
	io.WriteString(mac, sid+" "+expires)
	return hex.EncodeToString(mac.Sum(nil))
}

// isValid tells whether the address of a content is one that was given, less than some minutes ago.
func (s *Server) isValid(sid string, ticket url.Values) bool {
	expires, err := strconv.ParseInt(ticket.Get("Expires"), 10, 64)
	given := hmac.Equal([]byte(ticket.Get("Signature")), []byte(s.sign(sid, ticket.Get("Expires"))))
	return err == nil && given && s.options.Now().Unix() < expires
}

// shown are the types that a browser may show by itself. What could run scripts is only for downloading: here its origin is that of the
// preview's pages, while Twilio has one for files.
var shown = regexp.MustCompile(`^(image/(png|jpeg|gif|webp)|text/plain|application/pdf|audio/[\w.+-]+|video/[\w.+-]+)(;|$)`)

// serveContent answers whoever has an address that isn't too old, as a link has no headers, and else who says who they are.
func (s *Server) serveContent(w http.ResponseWriter, r *http.Request) {
	sid := r.PathValue("sid")
	var identity string
	var refused *store.Error
	if !s.isValid(sid, r.URL.Query()) {
		identity, refused = s.mayUseMedia(r)
	}
	s.mu.Lock()
	m, err := s.store.Media(sid, identity)
	s.mu.Unlock()
	if err != nil || refused != nil {
		http.Error(w, "this address is not valid any more", http.StatusForbidden)
		return
	}
	content, err := s.contents.open(sid)
	if err != nil {
		s.options.Log.Error("a file can't be read", "sid", sid, "error", err)
		http.Error(w, "the file is gone", http.StatusNotFound)
		return
	}
	defer content.Close()
	disposition := "attachment"
	if shown.MatchString(m.ContentType) {
		disposition = "inline"
	}
	if m.Filename != "" {
		disposition = cmp.Or(mime.FormatMediaType(disposition, map[string]string{"filename": m.Filename}), disposition)
	}
	w.Header().Set("Content-Type", m.ContentType)
	w.Header().Set("Content-Disposition", disposition)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "private, no-store")
	http.ServeContent(w, r, "", m.Created, content)
}
