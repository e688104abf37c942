import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextArea,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/**
 * Registers the standard controls, as elements `vscode-…`. The toolkit is archived upstream: a
 * successor is swapped in here, and nowhere else is it imported.
 */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextArea(),
    vsCodeTextField(),
  );
}

/** What we use of a toolkit text field; its own type brings the whole library along. */
export interface TextField extends HTMLElement {
  value: string;
}

/** The same of a toolkit dropdown. */
export interface Dropdown extends HTMLElement {
  value: string;
}
