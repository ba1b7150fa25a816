import { Command, SubCommand } from 'nest-commander';
import { CliCommand, CommandGroup } from '../../platform/cli/command.js';
import { EXIT } from '../../platform/cli/exit-codes.js';
import { Terminal } from '../../platform/cli/terminal.js';
import { ReconciliationView } from './reconciliation.dto.js';
import { Reconciliation } from './reconciliation.js';

/** `tollgate openrouter reconcile`: exit code 1 when the figures differ by more than a cent. */
@SubCommand({
  name: 'reconcile',
  description: "Compare the booked costs with the usage that OpenRouter reports for the platform's key and account",
})
export class OpenRouterReconcileCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly reconciliation: Reconciliation,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    const compared = await this.reconciliation.compare();
    if (!compared.agrees) this.terminal.exit_code = EXIT.unexpected;
    this.show(ReconciliationView, compared);
  }
}

/** `tollgate openrouter`. */
@Command({
  name: 'openrouter',
  description: "Check the platform's OpenRouter account",
  subCommands: [OpenRouterReconcileCommand],
})
export class OpenRouterCommand extends CommandGroup {}
