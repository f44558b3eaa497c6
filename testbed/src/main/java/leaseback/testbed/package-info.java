@NullMarked
package leaseback.testbed;

import org.jspecify.annotations.NullMarked;
