/// The rules of the house that a machine can hold.
@NullMarked
package leaseback.testbed.house;

import org.jspecify.annotations.NullMarked;
