package themes
import ("testing";"fmt")
func TestZZ(t *testing.T){
 for _,n:=range Names(){ th,p,_:=Load(n); fmt.Println(n,p)
  for _,c:=range Contrast(th.Values){ if !c.Passes(){fmt.Printf("  FAIL %s on %s %.2f\n",c.Text,c.Background,c.Ratio)} }
  for _,s:=range []string{"online","connecting","offline"} { r,_:=contrast(th.Values,"status-"+s+"-color","header-opened-background-color"); r2,_:=contrast(th.Values,"status-"+s+"-color","background-color"); fmt.Printf("  %s dot %.2f; on bg %.2f\n",s,r,r2)}
 }}
