package setup

import (
	"strings"
	"testing"
)

const svgHead = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">`

func TestPicturesThatRunOrLoadSomethingAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	for body, want := range map[string]string{
		`<script>alert(1)</script>`:                                     "a script: <script>",
		`<SCRIPT href="#a"/>`:                                           "a script: <script>",
		`<s:script xmlns:s="http://www.w3.org/2000/svg"/>`:              "a script: <script>",
		`<path onload="alert(1)"/>`:                                     "a script: onload",
		`<path OnClick="alert(1)"/>`:                                    "a script: onclick",
		`<a href="javascript:alert(1)"><path/></a>`:                     "a script, in href",
		`<a xlink:href=" java&#10;script:alert(1)"><path/></a>`:         "a script, in href",
		`<set attributeName="href" to="javascript:alert(1)"/>`:          "a script, in to",
		`<animate attributeName="href" values="https://a.example"/>`:    "a reference to something outside, in values",
		`<image href="https://a.example/1.png"/>`:                       "a reference to something outside, in href",
		`<image xlink:href="//a.example/1.png"/>`:                       "a reference to something outside, in href",
		`<image href="other.png"/>`:                                     "a reference to something outside, in href",
		`<image href="data:image/svg+xml,&lt;svg/&gt;"/>`:               "a reference to something outside, in href",
		`<use href="other.svg#a"/>`:                                     "a reference to something outside, in href",
		`<a href="https://a.example"><path/></a>`:                       "a reference to something outside, in href",
		`<path fill="url(https://a.example/1.svg#a)"/>`:                 "a reference to something outside, in fill",
		`<path style="fill: u\72l( 'https://a.example/1.svg#a')"/>`:     "a reference to something outside, in style",
		`<style>@import "https://a.example/1.css";</style>`:             "a reference to something outside, in <style>",
		`<style><![CDATA[a { fill: URL("//a.example") }]]></style>`:     "a reference to something outside, in <style>",
		`<style>a { fill: u/**/rl(1); mask: url(/1.png) }</style>`:      "a reference to something outside, in <style>",
		`<style>a { mask: image-set("https://a.example" 1x) }</style>`:  "a reference to something outside, in <style>",
		`<foreignObject><img src="https://a.example"/></foreignObject>`: "a reference to something outside, in src",
		`<foreignObject><iframe src="#"/></foreignObject>`:              "a script: <iframe>",
		`<g xml:base="https://a.example/"><use href="#a"/></g>`:         "a reference to something outside, in base",
	} {
		write(t, "a.svg", []byte(svgHead+body+"</svg>"))
		_, fault := readImage("a.svg")
		if fault == nil || fault.Message != `"a.svg" carries `+want || fault.Hint == "" {
			t.Errorf("%s: got %v, want %s", body, fault, want)
		}
	}
	for text, want := range map[string]string{
		`<?xml-stylesheet href="https://a.example/1.css"?>` + svgHead + "</svg>":                          "a style sheet from outside",
		`<!DOCTYPE svg [<!ENTITY a SYSTEM "https://a.example">]>` + svgHead + "</svg>":                    "an entity from outside",
		`<!DOCTYPE svg [<!ENTITY a "java">]>` + svgHead + `<a href="&a;script:alert(1)"/></svg>`:          "a script, in href",
		`<!DOCTYPE svg [<!ENTITY a "&#106;avascript:alert(1)">]>` + svgHead + `<a href="&a;"/></svg>`:     "a script, in href",
		`<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://a.example/1.dtd"> %a;]>` + svgHead + `<path/></svg>`: "an entity from outside",
	} {
		write(t, "a.svg", []byte(text))
		if _, fault := readImage("a.svg"); fault == nil || !strings.Contains(fault.Message, want) {
			t.Errorf("%s: got %v, want %s", text, fault, want)
		}
	}
}

func TestPicturesAsDrawingProgramsSaveThemAreTaken(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, text := range []string{
		svgHead + `<defs><linearGradient id="a"/></defs><path fill="url(#a)" style="mask: url('#a')"/><use xlink:href="#a"/></svg>`,
		svgHead + `<image href="data:image/png;base64,AAAA"/><style>@font-face { src: url(data:font/woff2;base64,AAAA) } a { fill: url(#a) }</style></svg>`,
		svgHead + `<title>Only on https://example.com: javascript:</title><text>url(https://a.example)</text><animate attributeName="r" from="0" to="5" values="0;5"/></svg>`,
		// Inkscape
		`<svg xmlns="http://www.w3.org/2000/svg" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:export-filename="/home/jane/team.png">
			<metadata><rdf:RDF><dc:type rdf:resource="http://purl.org/dc/dcmitype/StillImage"/></rdf:RDF></metadata></svg>`,
		// Illustrator
		`<?xml version="1.0" encoding="utf-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
			<!ENTITY ns_svg "http://www.w3.org/2000/svg">
			<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">
		]><svg xmlns="&ns_svg;" xmlns:i="&ns_ai;"><switch><foreignObject requiredExtensions="&ns_ai;"><i:pgfRef xlink:href="#adobe_illustrator_pgf"/></foreignObject></switch></svg>`,
	} {
		write(t, "a.svg", []byte(text))
		if _, fault := readImage("a.svg"); fault != nil {
			t.Errorf("%s: %s", text, fault.Message)
		}
	}
}
