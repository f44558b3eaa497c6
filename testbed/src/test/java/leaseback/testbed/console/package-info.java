/// The operator's console, driven in a browser.
@NullMarked
package leaseback.testbed.console;

import org.jspecify.annotations.NullMarked;
