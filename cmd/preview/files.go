package main

import (
	"bytes"
	"mime"
	"net/http"
	"path"
	"strings"
)

// file answers with a file of the build.
func (s *site) file(w http.ResponseWriter, r *http.Request, name string) {
	if strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	content, ok := s.files[name]
	switch _, folder := s.files[name+"/index.html"]; {
	case folder:
		http.Redirect(w, r, "/"+name+"/", http.StatusFound)
		return
	case !ok:
		http.NotFound(w, r)
		return
	case path.Base(name) == "missive.js":
		content = bytes.ReplaceAll(content, []byte(placeholderAddress), []byte("http://"+r.Host))
	}
	send(w, name, content)
}

// send answers with the content as that of a file of the name.
func send(w http.ResponseWriter, name string, content []byte) {
	w.Header().Set("Content-Type", contentType(name))
	w.Write(content)
}

// contentType knows the types of our own files: some systems say that .js is plain text, which no browser would run.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}
