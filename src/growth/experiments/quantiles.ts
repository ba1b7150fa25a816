/** Quantiles of the distributions that intervals need. */
export interface Quantiles {
  /** Of the standard normal distribution. */
  normal(probability: number): number;
  /** Of Student's t distribution. */
  student(probability: number, degrees: number): number;
}

/** Loads the quantiles. Only results of experiments need the library. */
export async function loadQuantiles(): Promise<Quantiles> {
  const {
    default: {
      jStat: { normal, studentt },
    },
  } = await import('jstat');
  return {
    normal: (probability) => normal.inv(probability, 0, 1),
    student: (probability, degrees) => studentt.inv(probability, degrees),
  };
}
