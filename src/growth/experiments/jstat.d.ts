/** The parts of jStat that are used; the package has no types of its own. */
declare module 'jstat' {
  interface Distributions {
    normal: { inv(probability: number, mean: number, deviation: number): number };
    studentt: { inv(probability: number, degrees: number): number };
  }
  const jstat: { jStat: Distributions };
  export default jstat;
}
