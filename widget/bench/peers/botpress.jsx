import { Fab, Webchat } from "@botpress/webchat";
import { useState } from "react";
import { createRoot } from "react-dom/client";

const place = { position: "fixed", right: "20px" };

function App() {
  const [isWebchatOpen, setIsWebchatOpen] = useState(false);
  return (
    <>
      <Webchat
        clientId="00000000-0000-0000-0000-000000000001"
        style={{ ...place, width: "400px", height: "600px", bottom: "90px", display: isWebchatOpen ? "flex" : "none" }}
      />
      <Fab onClick={() => setIsWebchatOpen((open) => !open)} style={{ ...place, width: "64px", height: "64px", bottom: "20px" }} />
    </>
  );
}

createRoot(document.getElementById("app")).render(<App />);
