import type { AccountOverviewView } from '../../../api/schema.gen.ts';

/** What the form of an action on an account gets. */
export interface ActionFormProps {
  detail: AccountOverviewView;
  /** Closes the form: it is done, or was given up. */
  onClose: () => void;
}
