@NullMarked
package leaseback.manager.web;

import org.jspecify.annotations.NullMarked;
