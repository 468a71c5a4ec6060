import qrcode from "qrcode-generator";
import { useMemo } from "react";

const QUIET = 4;

/** A QR code as one path, drawn here: the secret never leaves the page. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => {
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    const count = code.getModuleCount();
    let drawn = "";
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < count; column++) {
        if (code.isDark(row, column)) drawn += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
      }
    }
    return { path: drawn, size: count + 2 * QUIET };
  }, [text]);
  return (
    <svg viewBox={`0 0 ${size} ${size}`} width="176" height="176" role="img" shapeRendering="crispEdges">
      <title>{label}</title>
      <rect width={size} height={size} fill="white" />
      <path d={path} fill="black" />
    </svg>
  );
}
