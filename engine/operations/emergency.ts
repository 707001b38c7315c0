import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { hasRelease, type PlanSection } from '../plan/index.ts';
import type { Session } from './session.ts';

/** Fewer characters say nothing to whoever reads them afterwards. */
const shortestJustification = 10;

const unjustified = ({ target, emergency }: PlanSection): Diagnostic => {
  const gates = emergency?.gates_skipped.join(', ') ?? '';
  return problem('emergency-unjustified', {
    detail: `A release to "${target}" is an emergency${gates === '' ? '' : `, which skips ${gates}`}: nobody declares one without saying why, in ${shortestJustification} characters at least.`,
    address: target,
    hint: `Say why, or release to a target that is not for emergencies:\n\n    m3forge apply --target ${target} --justification TEXT`,
  });
};

/** A target of the type emergency whose rules are not recorded yet is held to those that are. */
const notYet = ({ config }: Session, { target, environment }: PlanSection): Diagnostic => {
  const others = [...config.targets.values()].filter((one) => one.environment === environment && one.name !== target);
  const all = [...others.map(({ name }) => name), target].map((name) => `--target ${name}`).join(' ');
  return problem('emergency-refused', {
    detail: `"${target}" is for emergencies once that is recorded; until then the recorded rules of its place hold.`,
    address: target,
    hint: `Before there is an emergency, have it recorded together with whatever else releases there:\n\n    m3forge apply ${all}`,
  });
};

const noEmergencies = (session: Session, { target, environment }: PlanSection): Diagnostic => {
  const { targets } = session.config;
  const fitting = [...targets.values()].find((one) => one.type === 'emergency' && one.environment === environment);
  return problem('emergency-refused', {
    detail: `"${target}" is of the type ${targets.get(target)?.type ?? 'auto_deploy'}, and no release to it is an emergency.`,
    address: target,
    hint: fitting
      ? `Emergencies there have a target of their own:\n\n    m3forge apply --target ${fitting.name} --justification TEXT`
      : `Leave --justification out. A target with \`type: emergency\` and \`environment: ${environment}\` would take it.`,
  });
};

const faultsOf = (session: Session, section: PlanSection, justification: string | undefined): readonly Diagnostic[] => {
  const { emergency } = section;
  if (!emergency) {
    if (justification === undefined) return [];
    if (session.config.targets.get(section.target)?.type !== 'emergency') return [noEmergencies(session, section)];
    return hasRelease(section) ? [notYet(session, section)] : [];
  }
  return [...(justification?.trim() ?? '')].length < shortestJustification ? [unjustified(section)] : [];
};

/**
 * Whether what is planned may be carried out as it is asked for: an emergency with its justification, and everything else
 * without one. Returns the justification as it is kept. Throws `role-denied` for whoever may declare no emergency there.
 */
export const requireJustification = async (
  session: Session,
  sections: readonly PlanSection[],
  justification: string | undefined,
): Promise<Outcome<string | null>> => {
  const emergencies = sections.flatMap(({ target, emergency }) => (emergency ? [target] : []));
  if (emergencies.length > 0) await session.authorize('emergency', emergencies);
  const faults = sections.flatMap((section) => faultsOf(session, section, justification));
  if (faults.length > 0) return failure(faults);
  return success(justification === undefined ? null : session.context.redactor.redact(justification.trim()));
};

/** A planned emergency as the release that it would be otherwise: what its gates are judged with. Pure. */
export const asOrdinary = (section: PlanSection): PlanSection => {
  const { emergency, ...rest } = section;
  return emergency ? { ...rest, gates: emergency.gates_skipped } : section;
};
