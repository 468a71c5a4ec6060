import { theme as antdTheme, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
} from "react";
import { useLanguage } from "@/app/i18n/language";
import { recall, remember } from "@/app/storage";
import { applyPalette, fontFamily, type Mode, monoFamily, type Palette, palettes } from "./tokens";

export type Choice = Mode | "system";

interface Theme {
  mode: Mode;
  choice: Choice;
  palette: Palette;
  choose: (choice: Choice) => void;
}

const ThemeContext = createContext<Theme | null>(null);

export function useTheme(): Theme {
  const theme = useContext(ThemeContext);
  if (!theme) throw new Error("useTheme outside ThemeProvider");
  return theme;
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const follow = () => setMatches(media.matches);
    media.addEventListener("change", follow);
    return () => media.removeEventListener("change", follow);
  }, [query]);
  return matches;
}

/** Who asks for less motion sees lists and dialogs appear at once. Shorter, and antd would miss the end and stop halfway. */
const still = { motionDurationFast: "0.05s", motionDurationMid: "0.05s", motionDurationSlow: "0.05s" };
const moving = { motionDurationMid: "0.12s", motionDurationSlow: "0.16s" };

function antdConfig(mode: Mode, palette: Palette, calm: boolean) {
  return {
    algorithm: mode === "dark" ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
    token: {
      colorPrimary: palette.accent,
      colorInfo: palette.accent,
      colorLink: palette.accent,
      colorSuccess: palette.good,
      colorError: palette.bad,
      colorWarning: palette.warn,
      colorTextBase: palette.text,
      colorBgBase: palette.card,
      colorBgContainer: palette.card,
      colorBgLayout: palette.page,
      colorBgElevated: palette.raised,
      colorBorder: palette.line,
      colorBorderSecondary: palette.lineSoft,
      colorTextLightSolid: palette.onAccent,
      colorTextPlaceholder: palette.textFaint,
      fontFamily,
      fontFamilyCode: monoFamily,
      fontSize: 14,
      borderRadius: 6,
      controlHeight: 32,
      wireframe: false,
      ...(calm ? still : moving),
    },
    components: {
      Tooltip: { colorBgSpotlight: mode === "dark" ? "#2b3240" : "#243047", colorTextLightSolid: "#ffffff" },
    },
  };
}

/** Colours, light or dark, and the locale of antd's own words. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const system = useMedia("(prefers-color-scheme: dark)") ? "dark" : "light";
  const calm = useMedia("(prefers-reduced-motion: reduce)");
  const { language } = useLanguage();
  const [choice, setChoice] = useState<Choice>(
    () => recall("theme", ["light", "dark", "system"]) ?? "system",
  );
  const mode = choice === "system" ? system : choice;
  useLayoutEffect(() => applyPalette(mode), [mode]);

  const value = useMemo<Theme>(
    () => ({
      mode,
      choice,
      palette: palettes[mode],
      choose: (next) => {
        remember("theme", next);
        setChoice(next);
      },
    }),
    [mode, choice],
  );
  const config = useMemo(() => antdConfig(mode, palettes[mode], calm), [mode, calm]);
  return (
    <ThemeContext value={value}>
      <ConfigProvider
        theme={config}
        locale={language === "zh" ? zhCN : enUS}
        button={{ autoInsertSpace: false }}
      >
        {children}
      </ConfigProvider>
    </ThemeContext>
  );
}
