import { minimizeSync, problems, profileTable } from 'learned-gradient-flow';
const rosen = (x: Float64Array, g: Float64Array): number => { const [a,b]=x as any; const c=b-a*a; g[0]=-400*a*c-2*(1-a); g[1]=200*c; return 100*c*c+(1-a)**2; };
const bowl = (x: Float64Array, g: Float64Array): number => { let s=0; for (let i=0;i<x.length;i++){ const c = 1+i%7; g[i]=c*x[i]!; s+=0.5*c*x[i]!*x[i]!;} return s; };
const N = Number(process.argv[2] ?? 21);
const cases: [string, (profile: boolean) => any][] = [];
const rod = problems.heatRod();
cases.push(['heat rod adaptive', (profile) => minimizeSync(rod, null, { profile, maxEvaluations: 100, gradientTolerance: 0, valueTolerance: 0 })]);
cases.push(['heat rod lgf', (profile) => minimizeSync(rod, null, { method: 'lgf', profile, maxEvaluations: 100, gradientTolerance: 0, valueTolerance: 0, learningRate: 0.1, dt: 0.1, historySize: 10, retrainInterval: 100 } as any)]);
cases.push(['rosen adaptive', (profile) => minimizeSync(rosen, [-1.2,1], { profile, maxEvaluations: 100, gradientTolerance: 0, valueTolerance: 0 })]);
cases.push(['rosen adam', (profile) => minimizeSync(rosen, [-1.2,1], { method: 'adam', learningRate: 0.001, profile, maxEvaluations: 2000, gradientTolerance: 0, valueTolerance: 0 } as any)]);
cases.push(['rosen lbfgs', (profile) => minimizeSync(rosen, [-1.2,1], { method: 'l-bfgs', profile, maxEvaluations: 2000, gradientTolerance: 0, valueTolerance: 0 } as any)]);
cases.push(['bowl 1e5 adaptive', (profile) => minimizeSync(bowl, new Float64Array(100000).fill(1), { profile, maxEvaluations: 40, gradientTolerance: 0, valueTolerance: 0 } as any)]);
for (const [name, run] of cases) {
  run(false); run(true);
  const t = [[], []] as number[][];
  let evals = 0, ev = 0;
  for (let i=0;i<N;i++) for (const p of i%2 ? [0,1] : [1,0]) { const r = run(!!p); t[p]!.push(r.seconds); evals = r.evaluations; if (p) ev = r.profile.events.phase.length; }
  const med = (v: number[]) => v.toSorted((a,b)=>a-b)[v.length>>1]!;
  const ratios = t[1]!.map((a,i)=>a/t[0]![i]!);
  console.log(name, evals, ev, 'med', (1e6*med(t[0]!)/evals).toFixed(2), (1e6*med(t[1]!)/evals).toFixed(2), 'us/eval; ratio med', (med(t[1]!)/med(t[0]!)).toFixed(4), 'min', (Math.min(...t[1]!)/Math.min(...t[0]!)).toFixed(4), 'paired', med(ratios).toFixed(4), 'ns/span', (1e9*(Math.min(...t[1]!)-Math.min(...t[0]!))/ev).toFixed(0));
}
console.log(profileTable(cases[0]![1](true).profile.phases));
console.log(profileTable(cases[5]![1](true).profile.phases));
