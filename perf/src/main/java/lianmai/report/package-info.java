/**
 * What a run of {@code ./lianmai bench} leaves behind, and what is made of it.
 *
 * <pre>
 *   BenchResult ──ResultFile──► result.json ──► PerformancePage ──► docs/performance.md
 *        │ └──────HtmlReport, SvgPlot───► report.html
 *        └──Baseline, Comparison───► better, equal or worse than before
 * </pre>
 *
 * Nothing in here measures, opens sockets or knows the time: values go in, text comes out.
 */
package lianmai.report;
