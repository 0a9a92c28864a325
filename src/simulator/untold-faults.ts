import type { Execution } from './engine';

/** The faults that ended executions, and that somebody has yet to be told of: so that none is lost. */
export class UntoldFaults {
  private readonly faults = new Map<Execution, unknown>();
  /** The executions whose end somebody waits for, who so is told. */
  private readonly awaited = new Set<Execution>();

  /** Notes the fault that may end an execution, from when it begins or goes on. */
  watch(execution: Execution): void {
    this.awaited.delete(execution);
    execution.whenEnded(() => {
      if (execution.fault !== undefined && !this.awaited.has(execution)) this.faults.set(execution, execution.fault);
    });
  }

  /** Somebody is told of the fault of an execution, or will be. */
  told(execution: Execution): void {
    this.awaited.add(execution);
    this.faults.delete(execution);
  }

  /** Throws one that nobody was told of yet. */
  throwOne(): void {
    for (const [execution, fault] of this.faults) {
      this.faults.delete(execution);
      throw fault;
    }
  }

  clear(): void {
    this.faults.clear();
  }
}
