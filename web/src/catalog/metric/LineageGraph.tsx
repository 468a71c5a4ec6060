import "@xyflow/react/dist/style.css";
import dagre from "@dagrejs/dagre";
import { Controls, Handle, type Node, type NodeProps, Position, ReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Lineage, LineageNode } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useTheme } from "@/app/theme/ThemeProvider";
import styles from "./metric.module.css";

const WIDTH = 180;
const HEIGHT = 52;

type GraphNode = Node<{ node: LineageNode }, "box">;

const [LOWEST, HIGHEST, MARGIN] = [220, 560, 64];

interface Drawn {
  nodes: GraphNode[];
  /** Of the box: as high as the graph at full size, within limits. */
  height: number;
}

function layOut(lineage: Lineage): Drawn {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 16, ranksep: 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of lineage.nodes) graph.setNode(node.id, { width: WIDTH, height: HEIGHT });
  for (const edge of lineage.edges) graph.setEdge(edge.source, edge.target);
  dagre.layout(graph);
  const nodes = lineage.nodes.map((node): GraphNode => {
    const { x, y } = graph.node(node.id);
    return { id: node.id, type: "box", position: { x: x - WIDTH / 2, y: y - HEIGHT / 2 }, data: { node } };
  });
  const height = Math.min(Math.max((graph.graph().height ?? 0) + MARGIN, LOWEST), HIGHEST);
  return { nodes, height };
}

function Box({ data: { node } }: NodeProps<GraphNode>) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const names = [
    styles.node,
    styles[node.kind],
    node.level === 0 && node.kind === "metric" ? styles.self : "",
  ].join(" ");
  // A measure has no name of its own: what it computes names it.
  const shown = node.kind === "measure" ? node.detail : pick(node.name);
  const inside = (
    <>
      <div className={`${styles.nodeKind} ellipsis`}>
        {t(`kind.${node.kind}`)}
        {node.detail && node.kind !== "measure" && ` · ${node.detail}`}
      </div>
      <div className={`${styles.nodeName} ellipsis`}>{shown || node.code || "···"}</div>
    </>
  );
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} style={{ opacity: 0 }} />
      {node.kind === "metric" ? (
        <Link to={`/metrics/${node.code}`} className={`${names} nopan`}>
          {inside}
        </Link>
      ) : (
        <div className={names} title={node.code}>
          {inside}
        </div>
      )}
      <Handle type="source" position={Position.Right} isConnectable={false} style={{ opacity: 0 }} />
    </>
  );
}

const NODE_TYPES = { box: Box };

/** Column, dataset, measure, metric, from left to right. */
export default function LineageGraph({ lineage }: { lineage: Lineage }) {
  const { t } = useTranslation("catalog");
  const { mode, palette } = useTheme();
  const pick = usePick();
  const { nodes, height } = useMemo(() => layOut(lineage), [lineage]);
  const edges = useMemo(
    () =>
      lineage.edges.map((edge) => ({
        id: `${edge.source}>${edge.target}`,
        source: edge.source,
        target: edge.target,
        style: { stroke: palette.line, strokeWidth: 1.5 },
      })),
    [lineage, palette],
  );
  const self = lineage.nodes.find((node) => node.level === 0 && node.kind === "metric");
  // On a phone the whole graph would be too small to read: show the metric, the rest is a drag away.
  const near = self && matchMedia("(max-width: 640px)").matches ? [{ id: self.id }] : undefined;
  return (
    <section
      className={styles.graph}
      style={{ height }}
      aria-label={t("lineage.label", { name: pick(self?.name) })}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        colorMode={mode}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1, nodes: near }}
        minZoom={0.2}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        ariaLabelConfig={{
          "controls.ariaLabel": t("lineage.controls"),
          "controls.zoomIn.ariaLabel": t("lineage.zoomIn"),
          "controls.zoomOut.ariaLabel": t("lineage.zoomOut"),
          "controls.fitView.ariaLabel": t("lineage.fit"),
        }}
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </section>
  );
}
