package setup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"missive/widget/option"
	"missive/widget/problem"
)

// Image is a local file that an account uses.
type Image struct {
	Name  string // relative to dist/: "assets/team.1a2b3c4d5e.png"
	Bytes []byte
}

// maxImageBytes is far more than a picture needs that is shown with some dozen pixels.
const maxImageBytes = 1 << 20

// imageTypes maps extensions to media types.
var imageTypes = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml",
}

// images holds the local files, each once, however many accounts use it.
type images struct {
	byPath    map[string]imageResult
	byAddress map[string]Image
}

type imageResult struct {
	address string
	fault   *problem.Problem
}

func newImages() *images {
	return &images{byPath: map[string]imageResult{}, byAddress: map[string]Image{}}
}

// add reads a file and returns its address, relative to missive.js.
func (im *images) add(path string) (address string, fault *problem.Problem) {
	if r, ok := im.byPath[path]; ok {
		return r.address, r.fault
	}
	image, fault := readImage(path)
	if fault == nil {
		address = "../" + image.Name
		im.byAddress[address] = image
	}
	im.byPath[path] = imageResult{address, fault}
	return address, fault
}

func readImage(path string) (Image, *problem.Problem) {
	name := filepath.Base(path)
	extension := strings.ToLower(filepath.Ext(path))
	// Stat first: reading a pipe, for one, would wait for ever.
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && isLink(path):
		return Image{}, problem.New(problem.Quote(name)+" is a link to something that is not there", "let it lead to the picture, or name the picture itself")
	case errors.Is(err, fs.ErrNotExist):
		return Image{}, problem.New(fmt.Sprintf("no such file: %s", problem.Quote(filepath.ToSlash(path))), "the path is relative to the folder of this file; an address starts with https://")
	case err != nil:
		return Image{}, unreadableImage(name, err)
	case !info.Mode().IsRegular():
		return Image{}, problem.New(problem.Quote(name)+" is not a file", "name a picture")
	case imageTypes[extension] == "":
		return Image{}, problem.New(problem.Quote(name)+" is not a picture that browsers show", "use png, jpg, gif, webp, avif or svg")
	case info.Size() > maxImageBytes:
		return Image{}, problem.New(problem.Quote(name)+" is larger than 1 MB", "it is shown small: 128 by 128 pixels are plenty")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Image{}, unreadableImage(name, err)
	}
	if got := imageType(data); got != imageTypes[extension] {
		return Image{}, wrongType(name, extension, got)
	}
	if extension == ".svg" {
		if f := checkSVG(problem.Quote(name), data); f != nil {
			return Image{}, f
		}
	}
	return Image{assetName(name, extension, data), data}, nil
}

func isLink(path string) bool {
	_, err := os.Readlink(path)
	return err == nil
}

func unreadableImage(name string, err error) *problem.Problem {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return problem.New(problem.Quote(name)+" can't be read: "+err.Error(), "check the permissions of the file")
}

func wrongType(name, extension, got string) *problem.Problem {
	f := problem.New(fmt.Sprintf("the content of %s is not %s", problem.Quote(name), strings.TrimPrefix(extension, ".")), "save the picture again in this format")
	for _, right := range []string{".png", ".jpg", ".gif", ".webp", ".avif", ".svg"} {
		if imageTypes[right] == got {
			f.Hint = fmt.Sprintf("rename it to %s", problem.Quote(strings.TrimSuffix(name, filepath.Ext(name))+right))
		}
	}
	return f
}

// CheckPicture tells what is wrong with a picture of which somebody says that it is of the media type, nil for nothing.
func CheckPicture(mediaType string, data []byte) *problem.Problem {
	if got := imageType(data); got != mediaType {
		f := problem.New("the picture's content is not "+mediaType, "save the picture again")
		if strings.HasPrefix(got, "image/") {
			f.Hint = "it is " + got + ": write that before the data"
		}
		return f
	}
	if mediaType == "image/svg+xml" {
		return checkSVG("the picture", data)
	}
	return nil
}

// imageType is the media type by content.
func imageType(data []byte) string {
	switch {
	case isAVIF(data):
		return "image/avif"
	case isSVG(data):
		return "image/svg+xml"
	}
	return http.DetectContentType(data)
}

// isAVIF looks for the brand in the first box of the file, as ISO/IEC 23000-22 has it.
func isAVIF(data []byte) bool {
	brands := data[:min(len(data), 40)]
	return len(brands) > 12 && string(brands[4:8]) == "ftyp" && (bytes.Contains(brands, []byte("avif")) || bytes.Contains(brands, []byte("avis")))
}

func isSVG(data []byte) bool {
	if !bytes.Contains(data, []byte("<svg")) && !bytes.Contains(data, []byte(":svg")) {
		return false
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false // entities that it declares are unknown here
	for {
		token, err := d.RawToken()
		if err != nil {
			return false
		}
		if start, ok := token.(xml.StartElement); ok {
			return start.Name.Local == "svg"
		}
	}
}

var notInAssetName = regexp.MustCompile(`[^a-z0-9_-]+`)

// assetName is in lower case: on some machines Team.png and team.png are one file.
func assetName(name, extension string, data []byte) string {
	const maxBaseBytes = 40 // so that the whole name is short enough for any disk
	base := strings.TrimSuffix(name, filepath.Ext(name))
	base = strings.Trim(notInAssetName.ReplaceAllString(strings.ToLower(base), "-"), "-")
	if base == "" || option.Device.MatchString(base) {
		base = "image"
	}
	sum := sha256.Sum256(data)
	return fmt.Sprintf("assets/%s.%s%s", base[:min(len(base), maxBaseBytes)], hex.EncodeToString(sum[:5]), extension)
}
