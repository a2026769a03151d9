import Link from "next/link";
import type { ReactNode } from "react";

export const metadata = { title: "Site" };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        {["Home", "Same", "Other", "French", "Quiet"].map((name) => (
          <Link key={name} href={name == "Home" ? "/" : `/${name.toLowerCase()}/`}>{name}</Link>
        ))}
        {children}
      </body>
    </html>
  );
}
