package themes
import ("testing";"fmt";"strings";"os";"path/filepath";"time")
func TestZZ(t *testing.T){
 d:=t.TempDir()
 for _,s:=range []string{"main-color = #fff","main-color = red","main-color: \"#fff\"","main-color = \"#fff\";","main-color = \"#fff","width = 350px","a=1\na=2","main-color","main-color = ","= 3","[x","[]","main-color = '#fff","x = \"\\q\"","x = 1\x01","\x00", "é = 1","é = \"a\"x = 2","x = [1,","x = {a=1","x = \"\"\"abc", "main-color = “#fff”","x=1 y=2", "a.b=1\na=2", "[a]\n[a]", "x = .5s", "x=0x","x= 1_", "x=2020-13-99", "x=1e999999", "x=99999999999999999999999", "x=nan", "main-color = \"#fff\"\n  main-color = \"#000\"","-=", "*{}", "/* c */", "// c", ".a{color:red}", "x=true1", "x='a\nb'"} {
  os.WriteFile(filepath.Join(d,"x.toml"),[]byte(s),0644)
  _,p,_:=Load("x",d)
  fmt.Printf("%q\n",s); for _,q:=range p{fmt.Println("   ",strings.TrimPrefix(q.String(),d))}
 }
 for _,s:=range []string{"a="+strings.Repeat("[",1<<20-10), strings.Repeat("[a]\n",1<<18-10), strings.Repeat("a.",1<<19-10)+"b=1", func()string{b:="";for i:=0;len(b)<1<<16;i++{b+=fmt.Sprintf("a%d=1\n",i)};return b}(), strings.Repeat("a={",300000), "x=\""+strings.Repeat("(",1<<19)} {
  os.WriteFile(filepath.Join(d,"x.toml"),[]byte(s),0644)
  t0:=time.Now(); _,p,_:=Load("x",d); fmt.Println(time.Since(t0), len(p), strings.TrimPrefix(p[0].String(),d))
 }
}
