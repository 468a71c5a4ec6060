import { autocompletion, type CompletionSource, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, type Range, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  lineNumbers,
  placeholder as placeholderOf,
} from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import styles from "./editor.module.css";

/** A piece of the text to colour; offsets in characters. */
interface Mark {
  start: number;
  end: number;
  kind: string;
}

interface Fault {
  start: number;
  end: number;
  message: string;
}

export interface EditorHandle {
  /** Put text at the caret and go on typing there. */
  insert: (text: string) => void;
}

interface Props {
  value: string;
  onChange: (text: string) => void;
  label: string;
  id?: string;
  placeholder?: string;
  faults?: readonly Fault[];
  marks?: readonly Mark[];
  complete?: CompletionSource;
  /** Many lines with numbers; a formula has neither. */
  isText?: boolean;
  readOnly?: boolean;
  handle?: Ref<EditorHandle>;
}

const setMarks = StateEffect.define<readonly Mark[]>();

const markField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    let next = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue;
      const { length } = transaction.newDoc;
      const ranges = effect.value
        .filter(({ start, end }) => start < end && end <= length)
        .map(
          ({ start, end, kind }): Range<Decoration> =>
            Decoration.mark({ class: styles[kind] ?? "" }).range(start, end),
        );
      next = Decoration.set(ranges, true);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function diagnosticsOf(faults: readonly Fault[], length: number): Diagnostic[] {
  return faults.map(({ start, end, message }) => {
    const from = Math.min(start, length);
    // An empty place (something is missing at the end) is marked on the character before it.
    const to = Math.min(Math.max(end, from), length);
    return { from: from === to ? Math.max(0, from - 1) : from, to, severity: "error", message };
  });
}

/** CodeMirror in our colours. Load it through `Editor`, never directly. */
export default function CodeEditor(props: Props) {
  const {
    value,
    onChange,
    label,
    id,
    placeholder,
    faults,
    marks,
    complete,
    isText = false,
    readOnly = false,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const now = useRef({ onChange, complete, value });
  now.current = { onChange, complete, value };
  const lock = useRef(new Compartment());

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is told to it below
  useEffect(() => {
    if (!box.current) return;
    const source: CompletionSource = (context) => now.current.complete?.(context) ?? null;
    const made = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: now.current.value,
        extensions: [
          history(),
          bracketMatching(),
          complete ? autocompletion({ override: [source], icons: false, activateOnTypingDelay: 120 }) : [],
          keymap.of([
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
            ...(isText ? [indentWithTab] : []),
          ]),
          isText ? [lineNumbers(), lintGutter()] : EditorView.lineWrapping,
          placeholder ? placeholderOf(placeholder) : [],
          markField,
          lock.current.of(EditorState.readOnly.of(readOnly)),
          EditorView.contentAttributes.of({
            "aria-label": label,
            ...(id ? { id } : {}),
            spellcheck: "false",
            autocapitalize: "off",
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) now.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const made = view.current;
    if (!made || made.state.doc.toString() === value) return;
    made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const made = view.current;
    if (made) made.dispatch(setDiagnostics(made.state, diagnosticsOf(faults ?? [], made.state.doc.length)));
  }, [faults]);

  useEffect(() => {
    view.current?.dispatch({ effects: setMarks.of(marks ?? []) });
  }, [marks]);

  useEffect(() => {
    view.current?.dispatch({ effects: lock.current.reconfigure(EditorState.readOnly.of(readOnly)) });
  }, [readOnly]);

  useImperativeHandle(props.handle, () => ({
    insert: (text) => {
      const made = view.current;
      if (!made || made.state.readOnly) return;
      const { from, to } = made.state.selection.main;
      const before = made.state.sliceDoc(Math.max(0, from - 1), from);
      const glued = before !== "" && !/[\s([]/.test(before) ? ` ${text}` : text;
      made.dispatch({ changes: { from, to, insert: glued }, selection: { anchor: from + glued.length } });
      made.focus();
    },
  }));

  return <div ref={box} className={isText ? `${styles.editor} ${styles.text}` : styles.editor} />;
}
