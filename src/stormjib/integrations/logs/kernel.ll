; Written by python -m stormjib.integrations.logs.kernel from kernel.py, sha256 ec1140bf90a37b7f6832986ddfef207f1bc87c78c150adeedb2d5786d335d925
@_ZN08NumbaEnv8__main__5countB2v1B58c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAQ4s_2fqErM2IZJFEEM0wQAExxxxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_classB2v2B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__9_variableB2v3B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyyyyy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__7_behindB2v4B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__7_listedB2v7B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx23Literal_5bint_5d_288_29 = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__7_listedB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx23Literal_5bint_5d_282_29 = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_timedB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_placeB3v10B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv5numba7cpython8builtins6ol_min12_3clocals_3e4implB3v11B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBFmRMMkiiDmaAIAE15StarArgUniTupleIxLi2EE = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__8_stampedB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_shapeB3v17B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv5numba7cpython8builtins6ol_max12_3clocals_3e4implB3v18B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBFmRMMkiiDmaAIAE15StarArgUniTupleIxLi2EE = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_notedB3v15B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__8_countedB3v20B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__5_cellB3v21B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_mixedB3v14B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyy = common local_unnamed_addr global ptr null
@_ZN08NumbaEnv8__main__6_foundB3v16B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy = common local_unnamed_addr global ptr null
define noundef range(i32 -1, -2) i32 @stormjib_count(ptr noalias writeonly captures(none) %retptr, ptr noalias readnone captures(none) %excinfo, i64 %arg.data, i64 %arg.size, i64 %arg.turns, i64 %arg.ends, i64 %arg.setting, i64 %arg.state) local_unnamed_addr #0 {
B0:
  %.98.i = icmp sgt i64 %arg.size, 0
  br i1 %.98.i, label %B248.preheader.i, label %B0.endif
B938.loopexit.i:                                  ; preds = %B248.endif.endif.endif.i
  %0 = trunc i64 %.255.i to i32
  br label %B0.endif
B248.preheader.i:                                 ; preds = %B0
  %.50.i = inttoptr i64 %arg.data to ptr
  %.51.i = load <64 x i8>, ptr %.50.i, align 1, !noalias !0
  %.58.i = or <64 x i8> %.51.i, splat (i8 32)
  %.59.i = add <64 x i8> %.58.i, splat (i8 -97)
  %.60.i = icmp ult <64 x i8> %.59.i, splat (i8 26)
  %.61.i = bitcast <64 x i1> %.60.i to i64
  %.52.i = add <64 x i8> %.51.i, splat (i8 -48)
  %.53.i = icmp ult <64 x i8> %.52.i, splat (i8 10)
  %.54.i = bitcast <64 x i1> %.53.i to i64
  %.19.i.i = shl i64 %.54.i, 1
  %.22.i.i = and i64 %.19.i.i, %.61.i
  %.6.i.i.i = add i64 %.22.i.i, %.61.i
  %.7.i.i.i = xor i64 %.6.i.i.i, -1
  %.8.i.i.i = and i64 %.7.i.i.i, %.61.i
  %.94.i.i = tail call i64 @llvm.bitreverse.i64(i64 %.61.i)
  %.99.i.i = tail call i64 @llvm.bitreverse.i64(i64 %.54.i)
  %.100.i.i = shl i64 %.99.i.i, 1
  %.28.i = add nsw i64 %arg.data, 64
  %.29.i = inttoptr i64 %.28.i to ptr
  %.30.i = load <64 x i8>, ptr %.29.i, align 1, !noalias !0
  %.38.i = or <64 x i8> %.30.i, splat (i8 32)
  %.39.i = add <64 x i8> %.38.i, splat (i8 -97)
  %.40.i = icmp ult <64 x i8> %.39.i, splat (i8 26)
  %.41.i = bitcast <64 x i1> %.40.i to i64
  %.54.i.i = and i64 %.41.i, 1
  %.55.not.i.i = icmp eq i64 %.54.i.i, 0
  %.59.i.i = sub i64 -2, %.41.i
  %.61.i.i = and i64 %.59.i.i, %.41.i
  %1 = add i64 %.61.i.i, 1
  %.76.i.i = select i1 %.55.not.i.i, i64 1, i64 %1
  %.31.i = add <64 x i8> %.30.i, splat (i8 -48)
  %.32.i = icmp ult <64 x i8> %.31.i, splat (i8 10)
  %.33.i = bitcast <64 x i1> %.32.i to i64
  %.78.i.i = and i64 %.76.i.i, %.33.i
  %.81.not.i.i = icmp ne i64 %.78.i.i, 0
  %"$phi360.0.2.0.i.i" = zext i1 %.81.not.i.i to i64
  %.101.i.i = or disjoint i64 %.100.i.i, %"$phi360.0.2.0.i.i"
  %.102.i.i = and i64 %.101.i.i, %.94.i.i
  %.6.i1.i.i = add i64 %.102.i.i, %.94.i.i
  %.7.i2.i.i = xor i64 %.6.i1.i.i, -1
  %.8.i3.i.i = and i64 %.94.i.i, %.7.i2.i.i
  %.134.i.i = tail call i64 @llvm.bitreverse.i64(i64 %.8.i3.i.i)
  %2 = or i64 %.8.i.i.i, %.134.i.i
  %.135.i.i = or i64 %2, %.54.i
  br label %B248.endif.i
B248.endif.i:                                     ; preds = %B248.endif.endif.endif.i, %B248.preheader.i
  %turns.2.0.i = phi i64 [ %.20.i25.i, %B248.endif.endif.endif.i ], [ %arg.turns, %B248.preheader.i ]
  %ends.2.0.i = phi i64 [ %.20.i28.i, %B248.endif.endif.endif.i ], [ %arg.ends, %B248.preheader.i ]
  %last.2.0.i = phi i64 [ %.123.i, %B248.endif.endif.endif.i ], [ 0, %B248.preheader.i ]
  %within.2.0.i = phi i64 [ %.243.i, %B248.endif.endif.endif.i ], [ 0, %B248.preheader.i ]
  %letters.2.0.i = phi i64 [ %.120.i, %B248.endif.endif.endif.i ], [ %.41.i, %B248.preheader.i ]
  %digits.2.0.i = phi i64 [ %.109.i, %B248.endif.endif.endif.i ], [ %.33.i, %B248.preheader.i ]
  %found.2.0.i = phi i64 [ %.135.i23.i, %B248.endif.endif.endif.i ], [ %.135.i.i, %B248.preheader.i ]
  %at.2.0.i = phi i64 [ %.255.i, %B248.endif.endif.endif.i ], [ 0, %B248.preheader.i ]
  %.102.i = add nsw i64 %at.2.0.i, %arg.data
  %.104.i = add nsw i64 %.102.i, 128
  %.105.i = inttoptr i64 %.104.i to ptr
  %.106.i = load <64 x i8>, ptr %.105.i, align 1, !noalias !0
  %.107.i = add <64 x i8> %.106.i, splat (i8 -48)
  %.108.i = icmp ult <64 x i8> %.107.i, splat (i8 10)
  %.109.i = bitcast <64 x i1> %.108.i to i64
  %.117.i = or <64 x i8> %.106.i, splat (i8 32)
  %.118.i = add <64 x i8> %.117.i, splat (i8 -97)
  %.119.i = icmp ult <64 x i8> %.118.i, splat (i8 26)
  %.120.i = bitcast <64 x i1> %.119.i to i64
  %.123.i = lshr i64 %found.2.0.i, 63
  %.19.i1.i = shl i64 %digits.2.0.i, 1
  %.20.i.i = or disjoint i64 %.123.i, %.19.i1.i
  %.22.i2.i = and i64 %.20.i.i, %letters.2.0.i
  %.6.i.i3.i = add i64 %.22.i2.i, %letters.2.0.i
  %.7.i.i4.i = xor i64 %.6.i.i3.i, -1
  %.8.i.i5.i = and i64 %letters.2.0.i, %.7.i.i4.i
  %.54.i6.i = and i64 %.120.i, 1
  %.55.not.i7.i = icmp eq i64 %.54.i6.i, 0
  %.59.i8.i = sub i64 -2, %.120.i
  %.61.i9.i = and i64 %.59.i8.i, %.120.i
  %3 = add i64 %.61.i9.i, 1
  %.76.i10.i = select i1 %.55.not.i7.i, i64 1, i64 %3
  %.78.i11.i = and i64 %.76.i10.i, %.109.i
  %.81.not.i12.i = icmp ne i64 %.78.i11.i, 0
  %"$phi360.0.2.0.i13.i" = zext i1 %.81.not.i12.i to i64
  %.94.i14.i = tail call i64 @llvm.bitreverse.i64(i64 %letters.2.0.i)
  %.99.i15.i = tail call i64 @llvm.bitreverse.i64(i64 %digits.2.0.i)
  %.100.i16.i = shl i64 %.99.i15.i, 1
  %.101.i17.i = or disjoint i64 %.100.i16.i, %"$phi360.0.2.0.i13.i"
  %.102.i18.i = and i64 %.101.i17.i, %.94.i14.i
  %.6.i1.i19.i = add i64 %.102.i18.i, %.94.i14.i
  %.7.i2.i20.i = xor i64 %.6.i1.i19.i, -1
  %.8.i3.i21.i = and i64 %.94.i14.i, %.7.i2.i20.i
  %.134.i22.i = tail call i64 @llvm.bitreverse.i64(i64 %.8.i3.i21.i)
  %4 = or i64 %.8.i.i5.i, %.134.i22.i
  %.135.i23.i = or i64 %4, %digits.2.0.i
  %.151.i = shl i64 %found.2.0.i, 1
  %.153.i = or disjoint i64 %.151.i, %last.2.0.i
  %.157.i = tail call i64 @llvm.fshl.i64(i64 %.135.i23.i, i64 %found.2.0.i, i64 63)
  %.162.i = inttoptr i64 %.102.i to ptr
  %.163.i = load <64 x i8>, ptr %.162.i, align 1, !noalias !0
  %.164.i = icmp ugt <64 x i8> %.163.i, splat (i8 32)
  %.166.i = bitcast <64 x i1> %.164.i to i64
  %.158.i = and i64 %.153.i, %.166.i
  %.167.i = and i64 %.158.i, %.157.i
  %.169.i = or i64 %.167.i, %found.2.0.i
  %.171.i = shl i64 %.169.i, 1
  %.173.i = or disjoint i64 %.171.i, %within.2.0.i
  %.174.i = xor i64 %.173.i, %.169.i
  %.18.i.i = tail call range(i64 0, 65) i64 @llvm.ctpop.i64(i64 %.174.i)
  %.19.i24.i = shl nuw nsw i64 %.18.i.i, 2
  %.20.i25.i = add nsw i64 %.19.i24.i, %turns.2.0.i
  %.25.not.i.i = icmp eq i64 %.173.i, %.169.i
  br i1 %.25.not.i.i, label %B248.endif.endif.i, label %B68.endif.endif.i.i.preheader
B68.endif.endif.i.i.preheader:                    ; preds = %B248.endif.i
  br label %B68.endif.endif.i.i
B68.endif.endif.i.i:                              ; preds = %B68.endif.endif.i.i.preheader, %B68.endif.endif.i.i
  %bits.3.0.i.i = phi i64 [ %.169.7.i.i, %B68.endif.endif.i.i ], [ %.174.i, %B68.endif.endif.i.i.preheader ]
  %place.2.0.i.i = phi i64 [ %12, %B68.endif.endif.i.i ], [ %turns.2.0.i, %B68.endif.endif.i.i.preheader ]
  %.160.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %bits.3.0.i.i, i1 false)
  %.162.i.i = add nuw nsw i64 %.160.i.i, %at.2.0.i
  %.163.i.i = trunc i64 %.162.i.i to i32
  %.164.i.i = inttoptr i64 %place.2.0.i.i to ptr
  store i32 %.163.i.i, ptr %.164.i.i, align 1, !noalias !3
  %.167.i.i = add i64 %bits.3.0.i.i, -1
  %.169.i.i = and i64 %.167.i.i, %bits.3.0.i.i
  %.160.1.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.169.i.i, i1 false)
  %.162.1.i.i = add nuw nsw i64 %.160.1.i.i, %at.2.0.i
  %.163.1.i.i = trunc i64 %.162.1.i.i to i32
  %5 = add i64 %place.2.0.i.i, 4
  %.164.1.i.i = inttoptr i64 %5 to ptr
  store i32 %.163.1.i.i, ptr %.164.1.i.i, align 1, !noalias !3
  %.167.1.i.i = add i64 %.169.i.i, -1
  %.169.1.i.i = and i64 %.167.1.i.i, %.169.i.i
  %.160.2.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.169.1.i.i, i1 false)
  %.162.2.i.i = add nuw nsw i64 %.160.2.i.i, %at.2.0.i
  %.163.2.i.i = trunc i64 %.162.2.i.i to i32
  %6 = add i64 %5, 4
  %.164.2.i.i = inttoptr i64 %6 to ptr
  store i32 %.163.2.i.i, ptr %.164.2.i.i, align 1, !noalias !3
  %.167.2.i.i = add i64 %.169.1.i.i, -1
  %.169.2.i.i = and i64 %.167.2.i.i, %.169.1.i.i
  %.160.3.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.169.2.i.i, i1 false)
  %.162.3.i.i = add nuw nsw i64 %.160.3.i.i, %at.2.0.i
  %.163.3.i.i = trunc i64 %.162.3.i.i to i32
  %7 = add i64 %6, 4
  %.164.3.i.i = inttoptr i64 %7 to ptr
  store i32 %.163.3.i.i, ptr %.164.3.i.i, align 1, !noalias !3
  %.167.3.i.i = add i64 %.169.2.i.i, -1
  %.169.3.i.i = and i64 %.167.3.i.i, %.169.2.i.i
  %.160.4.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.169.3.i.i, i1 false)
  %.162.4.i.i = add nuw nsw i64 %.160.4.i.i, %at.2.0.i
  %.163.4.i.i = trunc i64 %.162.4.i.i to i32
  %8 = add i64 %7, 4
  %.164.4.i.i = inttoptr i64 %8 to ptr
  store i32 %.163.4.i.i, ptr %.164.4.i.i, align 1, !noalias !3
  %.167.4.i.i = add i64 %.169.3.i.i, -1
  %.169.4.i.i = and i64 %.167.4.i.i, %.169.3.i.i
  %.160.5.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.169.4.i.i, i1 false)
  %.162.5.i.i = add nuw nsw i64 %.160.5.i.i, %at.2.0.i
  %.163.5.i.i = trunc i64 %.162.5.i.i to i32
  %9 = add i64 %8, 4
  %.164.5.i.i = inttoptr i64 %9 to ptr
  store i32 %.163.5.i.i, ptr %.164.5.i.i, align 1, !noalias !3
  %.167.5.i.i = add i64 %.169.4.i.i, -1
  %.169.5.i.i = and i64 %.167.5.i.i, %.169.4.i.i
  %.160.6.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.169.5.i.i, i1 false)
  %.162.6.i.i = add nuw nsw i64 %.160.6.i.i, %at.2.0.i
  %.163.6.i.i = trunc i64 %.162.6.i.i to i32
  %10 = add i64 %9, 4
  %.164.6.i.i = inttoptr i64 %10 to ptr
  store i32 %.163.6.i.i, ptr %.164.6.i.i, align 1, !noalias !3
  %.167.6.i.i = add i64 %.169.5.i.i, -1
  %.169.6.i.i = and i64 %.167.6.i.i, %.169.5.i.i
  %.160.7.i.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.169.6.i.i, i1 false)
  %.162.7.i.i = add nuw nsw i64 %.160.7.i.i, %at.2.0.i
  %.163.7.i.i = trunc i64 %.162.7.i.i to i32
  %11 = add i64 %10, 4
  %.164.7.i.i = inttoptr i64 %11 to ptr
  store i32 %.163.7.i.i, ptr %.164.7.i.i, align 1, !noalias !3
  %.167.7.i.i = add i64 %.169.6.i.i, -1
  %.169.7.i.i = and i64 %.167.7.i.i, %.169.6.i.i
  %12 = add i64 %11, 4
  %.189.i.i = icmp slt i64 %12, %.20.i25.i
  br i1 %.189.i.i, label %B68.endif.endif.i.i, label %B248.endif.endif.loopexit.i
B248.endif.endif.loopexit.i:                      ; preds = %B68.endif.endif.i.i
  %sunkaddr.i = inttoptr i64 %at.2.0.i to ptr
  %sunkaddr50.i = getelementptr i8, ptr %sunkaddr.i, i64 %arg.data
  %.210.pre.i = load <64 x i8>, ptr %sunkaddr50.i, align 1, !noalias !0
  br label %B248.endif.endif.i
B248.endif.endif.i:                               ; preds = %B248.endif.endif.loopexit.i, %B248.endif.i
  %.210.i = phi <64 x i8> [ %.210.pre.i, %B248.endif.endif.loopexit.i ], [ %.163.i, %B248.endif.i ]
  %.211.i = icmp eq <64 x i8> %.210.i, splat (i8 10)
  %.212.i = bitcast <64 x i1> %.211.i to i64
  %.18.i26.i = tail call range(i64 0, 65) i64 @llvm.ctpop.i64(i64 %.212.i)
  %.19.i27.i = shl nuw nsw i64 %.18.i26.i, 2
  %.20.i28.i = add nsw i64 %.19.i27.i, %ends.2.0.i
  %.25.not.i29.i = icmp eq i64 %.212.i, 0
  br i1 %.25.not.i29.i, label %B248.endif.endif.endif.i, label %B68.endif.endif.i31.i.preheader
B68.endif.endif.i31.i.preheader:                  ; preds = %B248.endif.endif.i
  br label %B68.endif.endif.i31.i
B68.endif.endif.i31.i:                            ; preds = %B68.endif.endif.i31.i.preheader, %B68.endif.endif.i31.i
  %bits.3.0.i32.i = phi i64 [ %.169.1.i45.i, %B68.endif.endif.i31.i ], [ %.212.i, %B68.endif.endif.i31.i.preheader ]
  %place.2.0.i33.i = phi i64 [ %14, %B68.endif.endif.i31.i ], [ %ends.2.0.i, %B68.endif.endif.i31.i.preheader ]
  %.160.i34.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %bits.3.0.i32.i, i1 false)
  %.162.i35.i = add nuw nsw i64 %.160.i34.i, %at.2.0.i
  %.163.i36.i = trunc i64 %.162.i35.i to i32
  %.164.i37.i = inttoptr i64 %place.2.0.i33.i to ptr
  store i32 %.163.i36.i, ptr %.164.i37.i, align 1, !noalias !6
  %.167.i38.i = add i64 %bits.3.0.i32.i, -1
  %.169.i39.i = and i64 %.167.i38.i, %bits.3.0.i32.i
  %.160.1.i40.i = tail call range(i64 0, 65) i64 @llvm.cttz.i64(i64 %.169.i39.i, i1 false)
  %.162.1.i41.i = add nuw nsw i64 %.160.1.i40.i, %at.2.0.i
  %.163.1.i42.i = trunc i64 %.162.1.i41.i to i32
  %13 = add i64 %place.2.0.i33.i, 4
  %.164.1.i43.i = inttoptr i64 %13 to ptr
  store i32 %.163.1.i42.i, ptr %.164.1.i43.i, align 1, !noalias !6
  %.167.1.i44.i = add i64 %.169.i39.i, -1
  %.169.1.i45.i = and i64 %.167.1.i44.i, %.169.i39.i
  %14 = add i64 %13, 4
  %.189.i46.i = icmp slt i64 %14, %.20.i28.i
  br i1 %.189.i46.i, label %B68.endif.endif.i31.i, label %B248.endif.endif.endif.i
B248.endif.endif.endif.i:                         ; preds = %B68.endif.endif.i31.i, %B248.endif.endif.i
  %.243.i = lshr i64 %.169.i, 63
  %.255.i = add nuw nsw i64 %at.2.0.i, 64
  %.261.i = icmp slt i64 %.255.i, %arg.size
  br i1 %.261.i, label %B248.endif.i, label %B938.loopexit.i
B170:                                             ; preds = %B170.preheader, %B1020
  %turns.2.0 = phi i64 [ %turns.3.2, %B1020 ], [ %arg.turns, %B170.preheader ]
  %ends.2.0 = phi i64 [ %.301, %B1020 ], [ %arg.ends, %B170.preheader ]
  %at.2.0 = phi i64 [ %.296, %B1020 ], [ 0, %B170.preheader ]
  %sunkaddr = inttoptr i64 %arg.state to ptr
  %sunkaddr144 = getelementptr i8, ptr %sunkaddr, i64 16
  %.78 = load i64, ptr %sunkaddr144, align 1
  %sunkaddr145 = inttoptr i64 %arg.state to ptr
  %sunkaddr146 = getelementptr i8, ptr %sunkaddr145, i64 24
  %.82 = load i64, ptr %sunkaddr146, align 1
  %.83.not = icmp slt i64 %.78, %.82
  br i1 %.83.not, label %B246, label %common.ret
B246:                                             ; preds = %B170
  %sunkaddr147 = inttoptr i64 %arg.state to ptr
  %sunkaddr148 = getelementptr i8, ptr %sunkaddr147, i64 48
  %.88 = load i64, ptr %sunkaddr148, align 1
  %sunkaddr149 = inttoptr i64 %arg.state to ptr
  %sunkaddr150 = getelementptr i8, ptr %sunkaddr149, i64 56
  %.92 = load i64, ptr %sunkaddr150, align 1
  %.93.not = icmp slt i64 %.88, %.92
  br i1 %.93.not, label %B322, label %common.ret
B322:                                             ; preds = %B246
  %sunkaddr151 = inttoptr i64 %arg.state to ptr
  %sunkaddr152 = getelementptr i8, ptr %sunkaddr151, i64 80
  %.98 = load i64, ptr %sunkaddr152, align 1
  %sunkaddr153 = inttoptr i64 %arg.state to ptr
  %sunkaddr154 = getelementptr i8, ptr %sunkaddr153, i64 88
  %.102 = load i64, ptr %sunkaddr154, align 1
  %.103.not = icmp slt i64 %.98, %.102
  br i1 %.103.not, label %B402, label %common.ret
B402:                                             ; preds = %B322
  %.124 = inttoptr i64 %ends.2.0 to ptr
  %.125 = load i32, ptr %.124, align 1
  %.126 = zext i32 %.125 to i64
  %sunkaddr155 = inttoptr i64 %arg.setting to ptr
  %sunkaddr156 = getelementptr i8, ptr %sunkaddr155, i64 32
  %.133 = load i64, ptr %sunkaddr156, align 1
  %.134 = icmp sgt i64 %.133, 0
  br i1 %.134, label %B476, label %B516
B476:                                             ; preds = %B402
  %15 = sub nsw i64 0, %at.2.0
  %sunkaddr157 = inttoptr i64 %arg.setting to ptr
  %.18.i.i1 = load i64, ptr %sunkaddr157, align 1, !noalias !9
  %.18.fr.i.i = freeze i64 %.18.i.i1
  %sunkaddr158 = inttoptr i64 %arg.setting to ptr
  %sunkaddr159 = getelementptr i8, ptr %sunkaddr158, i64 24
  %.22.i.i3 = load i64, ptr %sunkaddr159, align 1, !noalias !9
  %.30.i.i = icmp eq i64 %.18.fr.i.i, 0
  br i1 %.30.i.i, label %B82.i.i, label %B92.endif.endif.i.i
B82.i.i:                                          ; preds = %B476
  %.42.i.i = add nsw i64 %.22.i.i3, %at.2.0
  br label %B0.endif.i
B454.loopexit48.i.i:                              ; preds = %B308.endif.i.i
  %16 = mul i64 %lsr.iv51.i.i, -1
  br label %B454.i.i
B454.i.i:                                         ; preds = %B170.endif.us.i.i, %B454.loopexit48.i.i
  %.us-phi101.i.i = phi i64 [ %16, %B454.loopexit48.i.i ], [ %.1709094.us.i.i, %B170.endif.us.i.i ]
  %.290.i.i = add i64 %.22.i.i3, %.18.fr.i.i
  %.296.i.i = add i64 %.290.i.i, %.us-phi101.i.i
  br label %B0.endif.i
B474.i.i:                                         ; preds = %B308.endif.i.i, %B170.endif.i.i
  %lsr.iv.next52.i.i = add i64 %lsr.iv51.i.i, -1
  %lsr.iv.next54.i.i = add i64 %lsr.iv53.i.i, 1
  %17 = add i64 %19, %lsr.iv.next52.i.i
  %.164.i.i5 = icmp samesign ugt i64 %17, 1
  br i1 %.164.i.i5, label %B170.endif.i.i, label %B0.endif.i
B92.endif.endif.i.i:                              ; preds = %B476
  %.50.i.i = add nuw nsw i64 %at.2.0, 400
  %.13.i.i.i = tail call i64 @llvm.smin.i64(i64 %.50.i.i, i64 %.126)
  %.121.i.i = sub nsw i64 %.13.i.i.i, %at.2.0
  %.16493.not.i.i = icmp slt i64 %.121.i.i, 1
  br i1 %.16493.not.i.i, label %B0.endif.i, label %B170.lr.ph.i.i
B170.lr.ph.i.i:                                   ; preds = %B92.endif.endif.i.i
  %.241.i.i = icmp slt i64 %.18.fr.i.i, 9
  br i1 %.241.i.i, label %B170.endif.us.preheader.i.i, label %B170.endif.preheader.i.i
B170.endif.preheader.i.i:                         ; preds = %B170.lr.ph.i.i
  %sunkaddr160 = inttoptr i64 %arg.setting to ptr
  %sunkaddr161 = getelementptr i8, ptr %sunkaddr160, i64 8
  %.237.i.i = load i64, ptr %sunkaddr161, align 1, !noalias !9
  %.14.i3.i.i = icmp samesign ugt i64 %.18.fr.i.i, 15
  %.249.i.i = shl i64 %.18.fr.i.i, 3
  %.26.i4.i.i = add i64 %.249.i.i, -64
  %notmask.i5.i.i = shl nsw i64 -1, %.26.i4.i.i
  %.30.i6.i.i = xor i64 %notmask.i5.i.i, -1
  %.32.i7.i.i = select i1 %.14.i3.i.i, i64 -1, i64 %.30.i6.i.i
  %18 = add i64 %at.2.0, %arg.data
  %19 = add nuw nsw i64 %.13.i.i.i, 1
  br label %B170.endif.i.i
B170.endif.us.preheader.i.i:                      ; preds = %B170.lr.ph.i.i
  %.14.i11.i.i = icmp eq i64 %.18.fr.i.i, 8
  %.26.i12.i.i = shl nsw i64 %.18.fr.i.i, 3
  %notmask.i13.i.i = shl nsw i64 -1, %.26.i12.i.i
  %.30.i14.i.i = xor i64 %notmask.i13.i.i, -1
  %.32.i15.i.i = select i1 %.14.i11.i.i, i64 -1, i64 %.30.i14.i.i
  %sunkaddr162 = inttoptr i64 %arg.setting to ptr
  %sunkaddr163 = getelementptr i8, ptr %sunkaddr162, i64 8
  %.237.us.i.i = load i64, ptr %sunkaddr163, align 1, !noalias !9
  %20 = add i64 %.13.i.i.i, 2
  %21 = sub i64 %20, %at.2.0
  br label %B170.endif.us.i.i
B170.endif.us.i.i:                                ; preds = %B474.us.i.i, %B170.endif.us.preheader.i.i
  %lsr.iv = phi i64 [ %lsr.iv.next, %B474.us.i.i ], [ %21, %B170.endif.us.preheader.i.i ]
  %.1709094.us.i.i = phi i64 [ %at.2.0, %B170.endif.us.preheader.i.i ], [ %.177.us.i.i, %B474.us.i.i ]
  %22 = add i64 %arg.data, %.1709094.us.i.i
  %.8.i9.i.i = inttoptr i64 %22 to ptr
  %.9.i10.i.i = load i64, ptr %.8.i9.i.i, align 1, !noalias !14
  %"$phi230.0.2.0.i16.i.i" = and i64 %.9.i10.i.i, %.32.i15.i.i
  %.238.us.i.i = icmp eq i64 %"$phi230.0.2.0.i16.i.i", %.237.us.i.i
  br i1 %.238.us.i.i, label %B454.i.i, label %B474.us.i.i
B474.us.i.i:                                      ; preds = %B170.endif.us.i.i
  %.177.us.i.i = add nuw nsw i64 %.1709094.us.i.i, 1
  %lsr.iv.next = add i64 %lsr.iv, -1
  %.164.us.i.i = icmp sgt i64 %lsr.iv.next, 2
  br i1 %.164.us.i.i, label %B170.endif.us.i.i, label %B0.endif.i
B170.endif.i.i:                                   ; preds = %B170.endif.preheader.i.i, %B474.i.i
  %lsr.iv53.i.i = phi i64 [ %18, %B170.endif.preheader.i.i ], [ %lsr.iv.next54.i.i, %B474.i.i ]
  %lsr.iv51.i.i = phi i64 [ %15, %B170.endif.preheader.i.i ], [ %lsr.iv.next52.i.i, %B474.i.i ]
  %.8.i.i.i4 = inttoptr i64 %lsr.iv53.i.i to ptr
  %.9.i.i.i = load i64, ptr %.8.i.i.i4, align 1, !noalias !17
  %.238.i.i = icmp eq i64 %.9.i.i.i, %.237.i.i
  br i1 %.238.i.i, label %B308.endif.i.i, label %B474.i.i
B308.endif.i.i:                                   ; preds = %B170.endif.i.i
  %23 = add i64 %lsr.iv53.i.i, 8
  %.8.i1.i.i = inttoptr i64 %23 to ptr
  %.9.i2.i.i = load i64, ptr %.8.i1.i.i, align 1, !noalias !20
  %"$phi230.0.2.0.i8.i.i" = and i64 %.9.i2.i.i, %.32.i7.i.i
  %sunkaddr164 = inttoptr i64 %arg.setting to ptr
  %sunkaddr165 = getelementptr i8, ptr %sunkaddr164, i64 16
  %.277.i.i = load i64, ptr %sunkaddr165, align 1, !noalias !9
  %.278.i.i = icmp eq i64 %"$phi230.0.2.0.i8.i.i", %.277.i.i
  br i1 %.278.i.i, label %B454.loopexit48.i.i, label %B474.i.i
B246.i:                                           ; preds = %B98.endif.i
  %sunkaddr68.i = inttoptr i64 %arg.end.sink.i.i to ptr
  %sunkaddr69.i = getelementptr i8, ptr %sunkaddr68.i, i64 %arg.data
  %sunkaddr70.i = getelementptr i8, ptr %sunkaddr69.i, i64 8
  %.9.i3.i = load i64, ptr %sunkaddr70.i, align 1, !noalias !23
  %.14.i4.i = icmp samesign ugt i64 %.133, 15
  %.26.i5.i = add i64 %.26.i.i, -64
  %notmask.i6.i = shl nsw i64 -1, %.26.i5.i
  %.30.i7.i = xor i64 %notmask.i6.i, -1
  %.32.i8.i = select i1 %.14.i4.i, i64 -1, i64 %.30.i7.i
  %"$phi230.0.2.0.i9.i" = and i64 %.9.i3.i, %.32.i8.i
  %.158.i12 = icmp samesign ugt i64 %.133, 16
  br i1 %.158.i12, label %B276.i, label %B364.i
B276.i:                                           ; preds = %B246.i
  %sunkaddr166 = inttoptr i64 %arg.end.sink.i.i to ptr
  %sunkaddr167 = getelementptr i8, ptr %sunkaddr166, i64 %arg.data
  %sunkaddr168 = getelementptr i8, ptr %sunkaddr167, i64 16
  %.9.i11.i = load i64, ptr %sunkaddr168, align 1, !noalias !26
  %.14.i12.i = icmp samesign ugt i64 %.133, 23
  %.26.i13.i = add i64 %.26.i.i, -128
  %notmask.i14.i = shl nsw i64 -1, %.26.i13.i
  %.30.i15.i = xor i64 %notmask.i14.i, -1
  %.32.i16.i = select i1 %.14.i12.i, i64 -1, i64 %.30.i15.i
  %"$phi230.0.2.0.i17.i" = and i64 %.9.i11.i, %.32.i16.i
  br label %B364.i
B364.i:                                           ; preds = %B98.endif.i, %B276.i, %B246.i
  %"$phi246.0.2.093.i" = phi i64 [ 0, %B98.endif.i ], [ %"$phi230.0.2.0.i9.i", %B246.i ], [ %"$phi230.0.2.0.i9.i", %B276.i ]
  %"$phi364.0.2.0.i" = phi i64 [ 0, %B98.endif.i ], [ 0, %B246.i ], [ %"$phi230.0.2.0.i17.i", %B276.i ]
  %sunkaddr169 = inttoptr i64 %arg.state to ptr
  %sunkaddr170 = getelementptr i8, ptr %sunkaddr169, i64 168
  %.207.i = load i64, ptr %sunkaddr170, align 1, !noalias !29
  %.209.i = icmp eq i64 %.207.i, %"$phi230.0.2.0.i.i"
  br i1 %.209.i, label %B524.i, label %B612.i
B524.i:                                           ; preds = %B364.i
  %sunkaddr171 = inttoptr i64 %arg.state to ptr
  %sunkaddr172 = getelementptr i8, ptr %sunkaddr171, i64 176
  %.217.i = load i64, ptr %sunkaddr172, align 1, !noalias !29
  %.219.i = icmp eq i64 %.217.i, %"$phi246.0.2.093.i"
  br i1 %.219.i, label %B530.i, label %B612.i
B530.i:                                           ; preds = %B524.i
  %sunkaddr173 = inttoptr i64 %arg.state to ptr
  %sunkaddr174 = getelementptr i8, ptr %sunkaddr173, i64 184
  %.230.i = load i64, ptr %sunkaddr174, align 1, !noalias !29
  %.232.not.i = icmp eq i64 %.230.i, %"$phi364.0.2.0.i"
  br i1 %.232.not.i, label %B1154.i, label %B612.i
B612.i:                                           ; preds = %B530.i, %B524.i, %B364.i
  %sunkaddr74.i = inttoptr i64 %arg.end.sink.i.i to ptr
  %sunkaddr75.i = getelementptr i8, ptr %sunkaddr74.i, i64 %arg.data
  %.8.i18.i = load <64 x i8>, ptr %sunkaddr75.i, align 1, !noalias !30
  %.9.i19.i = add <64 x i8> %.8.i18.i, splat (i8 -48)
  %.10.i.i = icmp ult <64 x i8> %.9.i19.i, splat (i8 10)
  %.11.i.i = bitcast <64 x i1> %.10.i.i to i64
  %sunkaddr175 = inttoptr i64 %arg.setting to ptr
  %sunkaddr176 = getelementptr i8, ptr %sunkaddr175, i64 48
  %.14.i20.i = load i64, ptr %sunkaddr176, align 1, !noalias !30
  %.15.i.i = and i64 %.14.i20.i, %.11.i.i
  %.18.i21.i = or <64 x i8> %.8.i18.i, splat (i8 32)
  %.19.i.i8 = add <64 x i8> %.18.i21.i, splat (i8 -97)
  %.20.i22.i = icmp ult <64 x i8> %.19.i.i8, splat (i8 26)
  %.21.i23.i = bitcast <64 x i1> %.20.i22.i to i64
  %sunkaddr177 = inttoptr i64 %arg.setting to ptr
  %sunkaddr178 = getelementptr i8, ptr %sunkaddr177, i64 56
  %.24.i.i = load i64, ptr %sunkaddr178, align 1, !noalias !30
  %.25.i.i = and i64 %.24.i.i, %.21.i23.i
  %sunkaddr179 = inttoptr i64 %arg.setting to ptr
  %sunkaddr180 = getelementptr i8, ptr %sunkaddr179, i64 40
  %.29.i.i = load i64, ptr %sunkaddr180, align 1, !noalias !30
  %.32.i25.i = inttoptr i64 %.29.i.i to ptr
  %.33.i.i = load <64 x i8>, ptr %.32.i25.i, align 1, !noalias !30
  %.34.i.i = icmp eq <64 x i8> %.8.i18.i, %.33.i.i
  %.35.i.i = bitcast <64 x i1> %.34.i.i to i64
  %sunkaddr181 = inttoptr i64 %arg.setting to ptr
  %sunkaddr182 = getelementptr i8, ptr %sunkaddr181, i64 64
  %.38.i.i = load i64, ptr %sunkaddr182, align 1, !noalias !30
  %.39.i.i = and i64 %.38.i.i, %.35.i.i
  %notmask.i26.i = shl nsw i64 -1, %.133
  %.26.i27.i = or i64 %.15.i.i, %notmask.i26.i
  %.40.i.i = or i64 %.26.i27.i, %.25.i.i
  %24 = or i64 %.40.i.i, %.39.i.i
  %.44.i.not.i = icmp eq i64 %24, -1
  br i1 %.44.i.not.i, label %B656.endif.endif.endif.i, label %B516
B1154.i:                                          ; preds = %B656.endif.endif.endif.endif.i, %B530.i
  %.445.i = phi i64 [ %.445.pre.i, %B656.endif.endif.endif.endif.i ], [ %.18.fr.i.i, %B530.i ]
  %.448.i = icmp eq i64 %.445.i, 0
  %spec.select.i = select i1 %.448.i, i64 %.59.i6, i64 %at.2.0
  br label %B516
B0.endif.i:                                       ; preds = %B474.i.i, %B474.us.i.i, %B92.endif.endif.i.i, %B454.i.i, %B82.i.i
  %arg.end.sink.i.i = phi i64 [ %.42.i.i, %B82.i.i ], [ %.296.i.i, %B454.i.i ], [ %.126, %B474.us.i.i ], [ %.126, %B92.endif.endif.i.i ], [ %.126, %B474.i.i ]
  %.59.i6 = add nsw i64 %arg.end.sink.i.i, %.133
  %.60.i7 = icmp sgt i64 %.59.i6, %.126
  br i1 %.60.i7, label %B516, label %B98.endif.i
B98.endif.i:                                      ; preds = %B0.endif.i
  %.80.i = add nsw i64 %arg.end.sink.i.i, %arg.data
  %.8.i.i = inttoptr i64 %.80.i to ptr
  %.9.i.i = load i64, ptr %.8.i.i, align 1, !noalias !33
  %.14.i.i = icmp sgt i64 %.133, 7
  %.26.i.i = shl i64 %.133, 3
  %notmask.i.i = shl nsw i64 -1, %.26.i.i
  %.30.i1.i = xor i64 %notmask.i.i, -1
  %.32.i.i = select i1 %.14.i.i, i64 -1, i64 %.30.i1.i
  %"$phi230.0.2.0.i.i" = and i64 %.9.i.i, %.32.i.i
  %.110.i = icmp sgt i64 %.133, 8
  br i1 %.110.i, label %B246.i, label %B364.i
B656.endif.endif.endif.i:                         ; preds = %B612.i
  %.6.i.i = xor i64 %"$phi230.0.2.0.i.i", %const142
  %.7.i28.i = mul i64 %.6.i.i, %const143
  %.8.i29.i = lshr i64 %.7.i28.i, 32
  %.9.i30.i = xor i64 %.8.i29.i, %.7.i28.i
  %.6.i31.i = xor i64 %.9.i30.i, %"$phi246.0.2.093.i"
  %.7.i32.i = mul i64 %.6.i31.i, %const143
  %.8.i33.i = lshr i64 %.7.i32.i, 32
  %25 = xor i64 %"$phi364.0.2.0.i", %.8.i33.i
  %.6.i35.i = xor i64 %25, %.7.i32.i
  %.7.i36.i = mul i64 %.6.i35.i, %const143
  %.8.i37.i = lshr i64 %.7.i36.i, 32
  %.9.i38.i = xor i64 %.8.i37.i, %.7.i36.i
  %.373.i = or i64 %.9.i38.i, 1
  %sunkaddr183 = inttoptr i64 %arg.state to ptr
  %sunkaddr184 = getelementptr i8, ptr %sunkaddr183, i64 168
  store i64 %"$phi230.0.2.0.i.i", ptr %sunkaddr184, align 1, !noalias !29
  %sunkaddr185 = inttoptr i64 %arg.state to ptr
  %sunkaddr186 = getelementptr i8, ptr %sunkaddr185, i64 176
  store i64 %"$phi246.0.2.093.i", ptr %sunkaddr186, align 1, !noalias !29
  %sunkaddr187 = inttoptr i64 %arg.state to ptr
  %sunkaddr188 = getelementptr i8, ptr %sunkaddr187, i64 184
  store i64 %"$phi364.0.2.0.i", ptr %sunkaddr188, align 1, !noalias !29
  %sunkaddr189 = inttoptr i64 %arg.state to ptr
  %sunkaddr190 = getelementptr i8, ptr %sunkaddr189, i64 32
  %.22.i40.i = load i64, ptr %sunkaddr190, align 1, !noalias !36
  %sunkaddr191 = inttoptr i64 %arg.state to ptr
  %sunkaddr192 = getelementptr i8, ptr %sunkaddr191, i64 40
  %.26.i43.i = load i64, ptr %sunkaddr192, align 1, !noalias !36
  %.14.i.i.i = lshr i64 %.9.i38.i, 20
  br label %B94.i.i.i
B94.i.i.i:                                        ; preds = %B94.i.i.i, %B656.endif.endif.endif.i
  %.14.pn.i.i.i = phi i64 [ %.14.i.i.i, %B656.endif.endif.endif.i ], [ %.56.i.i.i, %B94.i.i.i ]
  %slot.2.0.i.i.i = and i64 %.14.pn.i.i.i, %.26.i43.i
  %.22.i.i.i = shl nsw i64 %slot.2.0.i.i.i, 4
  %.24.i.i.i = add nsw i64 %.22.i.i.i, %.22.i40.i
  %.25.i.i.i = inttoptr i64 %.24.i.i.i to ptr
  %.26.i.i.i = load i64, ptr %.25.i.i.i, align 1, !noalias !39
  %.32.i.i.i = icmp eq i64 %.26.i.i.i, %.373.i
  %.35.i.i.i = icmp eq i64 %.26.i.i.i, 0
  %or.cond.i.i.i = or i1 %.32.i.i.i, %.35.i.i.i
  %.56.i.i.i = add nsw i64 %slot.2.0.i.i.i, 1
  br i1 %or.cond.i.i.i, label %B0.endif.i.i, label %B94.i.i.i
B136.i.i:                                         ; preds = %B0.endif.i.i
  %26 = inttoptr i64 %.24.i.i.i to ptr
  %sunkaddr193 = inttoptr i64 %arg.state to ptr
  %sunkaddr194 = getelementptr i8, ptr %sunkaddr193, i64 48
  %.65.i.i = load i64, ptr %sunkaddr194, align 1, !noalias !36
  %sunkaddr195 = inttoptr i64 %arg.state to ptr
  %sunkaddr196 = getelementptr i8, ptr %sunkaddr195, i64 120
  %.68.i.i = load i64, ptr %sunkaddr196, align 1, !noalias !36
  %sunkaddr197 = inttoptr i64 %arg.state to ptr
  %sunkaddr198 = getelementptr i8, ptr %sunkaddr197, i64 128
  %.72.i.i = load i64, ptr %sunkaddr198, align 1, !noalias !36
  %.74.i.i = shl nsw i64 %.72.i.i, 4
  %.75.i.i = add nsw i64 %.74.i.i, %.68.i.i
  store i64 %.373.i, ptr %26, align 1, !noalias !36
  %.89.i.i = add nsw i64 %.24.i.i.i, 8
  %.91.i.i = inttoptr i64 %.89.i.i to ptr
  store i64 %.65.i.i, ptr %.91.i.i, align 1, !noalias !36
  %.95.i.i = inttoptr i64 %.75.i.i to ptr
  store i64 %at.2.0, ptr %.95.i.i, align 1, !noalias !36
  %.100.i.i10 = add nsw i64 %.75.i.i, 8
  %.102.i.i11 = inttoptr i64 %.100.i.i10 to ptr
  store i64 %.65.i.i, ptr %.102.i.i11, align 1, !noalias !36
  %.128.i.i = add nsw i64 %.65.i.i, 1
  %sunkaddr199 = inttoptr i64 %arg.state to ptr
  %sunkaddr200 = getelementptr i8, ptr %sunkaddr199, i64 48
  store i64 %.128.i.i, ptr %sunkaddr200, align 1, !noalias !36
  %sunkaddr201 = inttoptr i64 %arg.state to ptr
  %sunkaddr202 = getelementptr i8, ptr %sunkaddr201, i64 128
  %.140.i.i = load i64, ptr %sunkaddr202, align 1, !noalias !36
  %.141.i.i = add nsw i64 %.140.i.i, 1
  store i64 %.141.i.i, ptr %sunkaddr202, align 1, !noalias !36
  br label %B656.endif.endif.endif.endif.i
B0.endif.i.i:                                     ; preds = %B94.i.i.i
  %27 = icmp eq i64 %.26.i.i.i, 0
  br i1 %27, label %B136.i.i, label %B0.endif.B650_crit_edge.i.i
B0.endif.B650_crit_edge.i.i:                      ; preds = %B0.endif.i.i
  %.pre.i.i = add nsw i64 %.24.i.i.i, 8
  %.pre.i = inttoptr i64 %.pre.i.i to ptr
  br label %B656.endif.endif.endif.endif.i
B656.endif.endif.endif.endif.i:                   ; preds = %B0.endif.B650_crit_edge.i.i, %B136.i.i
  %.159.pre-phi.i.pre-phi.i = phi ptr [ %.pre.i, %B0.endif.B650_crit_edge.i.i ], [ %.91.i.i, %B136.i.i ]
  %.160.i.i9 = load i64, ptr %.159.pre-phi.i.pre-phi.i, align 1, !noalias !36
  %sunkaddr203 = inttoptr i64 %arg.state to ptr
  %sunkaddr204 = getelementptr i8, ptr %sunkaddr203, i64 160
  store i64 %.160.i.i9, ptr %sunkaddr204, align 1, !noalias !29
  %sunkaddr205 = inttoptr i64 %arg.setting to ptr
  %.445.pre.i = load i64, ptr %sunkaddr205, align 1, !noalias !29
  br label %B1154.i
B516:                                             ; preds = %B0.endif.i, %B1154.i, %B612.i, %B402
  %"$phi516.0.2.1" = phi i64 [ %at.2.0, %B402 ], [ %spec.select.i, %B1154.i ], [ %at.2.0, %B0.endif.i ], [ %at.2.0, %B612.i ]
  %28 = trunc i64 %.126 to i32
  %.23.i = inttoptr i64 %turns.2.0 to ptr
  %.24.i = load i32, ptr %.23.i, align 1, !noalias !42
  %.37.i = icmp ugt i32 %28, %.24.i
  br i1 %.37.i, label %B100.i.preheader, label %B304.i
B100.i.preheader:                                 ; preds = %B516
  br label %B100.i
B100.i:                                           ; preds = %B100.i.preheader, %B236.i
  %turns.2.0.i37 = phi i64 [ %.162.i41, %B236.i ], [ %turns.2.0, %B100.i.preheader ]
  %hashed.2.0.i = phi i64 [ %hashed.3.1.i, %B236.i ], [ %const142, %B100.i.preheader ]
  %start.2.0.i.in = phi i32 [ %.166.i42, %B236.i ], [ %.24.i, %B100.i.preheader ]
  %at.2.0.i38 = phi i64 [ %at.3.1.i40, %B236.i ], [ %"$phi516.0.2.1", %B100.i.preheader ]
  %.55.i = add nsw i64 %turns.2.0.i37, 4
  %.56.i = inttoptr i64 %.55.i to ptr
  %.57.i = load i32, ptr %.56.i, align 1, !noalias !42
  %.58.i39 = zext i32 %.57.i to i64
  %.64.i = icmp slt i64 %"$phi516.0.2.1", %.58.i39
  br i1 %.64.i, label %B158.endif.i, label %B236.i
B236.i:                                           ; preds = %_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit125.i, %B100.i
  %hashed.3.1.i = phi i64 [ %hashed.2.0.i, %B100.i ], [ %.157.i27.i, %_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit125.i ]
  %at.3.1.i40 = phi i64 [ %at.2.0.i38, %B100.i ], [ %.58.i39, %_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit125.i ]
  %29 = trunc i64 %.126 to i32
  %.162.i41 = add nsw i64 %turns.2.0.i37, 8
  %.165.i = inttoptr i64 %.162.i41 to ptr
  %.166.i42 = load i32, ptr %.165.i, align 1, !noalias !42
  %.171.i44 = icmp ugt i32 %29, %.166.i42
  br i1 %.171.i44, label %B100.i, label %B304.i
B304.i:                                           ; preds = %B236.i, %B516
  %hashed.4.1.i = phi i64 [ %const142, %B516 ], [ %hashed.3.1.i, %B236.i ]
  %at.4.1.i = phi i64 [ %"$phi516.0.2.1", %B516 ], [ %at.3.1.i40, %B236.i ]
  %.190.i = icmp sgt i64 %.126, %at.4.1.i
  br i1 %.190.i, label %B316.i, label %B516.endif
B316.i:                                           ; preds = %B304.i
  %.195.i = add i64 %at.4.1.i, %arg.data
  %.200.i = sub i64 %.126, %at.4.1.i
  %.25.i.i15 = icmp sgt i64 %.200.i, 15
  br i1 %.25.i.i15, label %B26.preheader.i.i, label %B318.i.i
B26.preheader.i.i:                                ; preds = %B316.i
  %30 = add nsw i64 %.200.i, -16
  %31 = and i64 %30, 48
  %lcmp.mod.not.i.i = icmp eq i64 %31, 48
  br i1 %lcmp.mod.not.i.i, label %B26.i.i.preheader, label %B26.prol.preheader.i.i
B26.prol.preheader.i.i:                           ; preds = %B26.preheader.i.i
  %32 = lshr i64 %30, 4
  %33 = add nuw nsw i64 %32, 1
  %xtraiter.i.i = and i64 %33, 3
  %34 = sub i64 0, %xtraiter.i.i
  br label %B26.prol.i.i
B26.prol.i.i:                                     ; preds = %B26.prol.i.i, %B26.prol.preheader.i.i
  %lsr.iv139 = phi i64 [ %lsr.iv.next140, %B26.prol.i.i ], [ %34, %B26.prol.preheader.i.i ]
  %hashed.2.0.prol.i.i = phi i64 [ %.43.prol.i.i, %B26.prol.i.i ], [ %hashed.4.1.i, %B26.prol.preheader.i.i ]
  %address.2.0.prol.i.i = phi i64 [ %37, %B26.prol.i.i ], [ %.195.i, %B26.prol.preheader.i.i ]
  %.28.prol.i.i = inttoptr i64 %address.2.0.prol.i.i to ptr
  %.29.prol.i.i = load i64, ptr %.28.prol.i.i, align 1, !noalias !45
  %.31.prol.i.i = xor i64 %.29.prol.i.i, %hashed.2.0.prol.i.i
  %35 = add i64 %address.2.0.prol.i.i, 8
  %.34.prol.i.i = inttoptr i64 %35 to ptr
  %.35.prol.i.i = load i64, ptr %.34.prol.i.i, align 1, !noalias !45
  %.36.prol.i.i = xor i64 %.35.prol.i.i, %const143
  %.37.prol.i.i = zext i64 %.31.prol.i.i to i128
  %.38.prol.i.i = zext i64 %.36.prol.i.i to i128
  %.39.prol.i.i = mul nuw i128 %.38.prol.i.i, %.37.prol.i.i
  %.40.prol.i.i = lshr i128 %.39.prol.i.i, 64
  %.4329.prol.i.i = xor i128 %.40.prol.i.i, %.39.prol.i.i
  %.43.prol.i.i = trunc i128 %.4329.prol.i.i to i64
  %36 = tail call { i64, i1 } @llvm.uadd.with.overflow.i64(i64 %lsr.iv139, i64 1)
  %ov.i = extractvalue { i64, i1 } %36, 1
  %lsr.iv.next140 = add i64 %lsr.iv139, 1
  %37 = add i64 %35, 8
  br i1 %ov.i, label %B26.prol.loopexit.i.i, label %B26.prol.i.i, !llvm.loop !48
B26.prol.loopexit.i.i:                            ; preds = %B26.prol.i.i
  %38 = shl nuw nsw i64 %xtraiter.i.i, 4
  %39 = sub nsw i64 %.200.i, %38
  %40 = add i64 %38, %.195.i
  %41 = icmp samesign ult i64 %.200.i, 64
  br i1 %41, label %B318.i.i, label %B26.i.i.preheader
B26.i.i.preheader:                                ; preds = %B26.prol.loopexit.i.i, %B26.preheader.i.i
  %hashed.2.0.i.i.ph = phi i64 [ %.43.prol.i.i, %B26.prol.loopexit.i.i ], [ %hashed.4.1.i, %B26.preheader.i.i ]
  %address.2.0.i.i.ph = phi i64 [ %40, %B26.prol.loopexit.i.i ], [ %.195.i, %B26.preheader.i.i ]
  %size.2.0.i.i.ph = phi i64 [ %39, %B26.prol.loopexit.i.i ], [ %.200.i, %B26.preheader.i.i ]
  br label %B26.i.i
B26.i.i:                                          ; preds = %B26.i.i.preheader, %B26.i.i
  %hashed.2.0.i.i = phi i64 [ %.43.3.i.i, %B26.i.i ], [ %hashed.2.0.i.i.ph, %B26.i.i.preheader ]
  %address.2.0.i.i = phi i64 [ %50, %B26.i.i ], [ %address.2.0.i.i.ph, %B26.i.i.preheader ]
  %size.2.0.i.i = phi i64 [ %.55.3.i.i, %B26.i.i ], [ %size.2.0.i.i.ph, %B26.i.i.preheader ]
  %.28.i.i28 = inttoptr i64 %address.2.0.i.i to ptr
  %.29.i.i29 = load i64, ptr %.28.i.i28, align 1, !noalias !45
  %.31.i.i = xor i64 %.29.i.i29, %hashed.2.0.i.i
  %42 = add i64 %address.2.0.i.i, 8
  %.34.i.i30 = inttoptr i64 %42 to ptr
  %.35.i.i31 = load i64, ptr %.34.i.i30, align 1, !noalias !45
  %.36.i.i32 = xor i64 %.35.i.i31, %const143
  %.37.i.i33 = zext i64 %.31.i.i to i128
  %.38.i.i34 = zext i64 %.36.i.i32 to i128
  %.39.i.i35 = mul nuw i128 %.38.i.i34, %.37.i.i33
  %.40.i.i36 = lshr i128 %.39.i.i35, 64
  %.4329.i.i = xor i128 %.40.i.i36, %.39.i.i35
  %.43.i.i = trunc i128 %.4329.i.i to i64
  %43 = add i64 %42, 8
  %.28.1.i.i = inttoptr i64 %43 to ptr
  %.29.1.i.i = load i64, ptr %.28.1.i.i, align 1, !noalias !45
  %.31.1.i.i = xor i64 %.29.1.i.i, %.43.i.i
  %44 = add i64 %43, 8
  %.34.1.i.i = inttoptr i64 %44 to ptr
  %.35.1.i.i = load i64, ptr %.34.1.i.i, align 1, !noalias !45
  %.36.1.i.i = xor i64 %.35.1.i.i, %const143
  %.37.1.i.i = zext i64 %.31.1.i.i to i128
  %.38.1.i.i = zext i64 %.36.1.i.i to i128
  %.39.1.i.i = mul nuw i128 %.37.1.i.i, %.38.1.i.i
  %.40.1.i.i = lshr i128 %.39.1.i.i, 64
  %.4329.1.i.i = xor i128 %.40.1.i.i, %.39.1.i.i
  %.43.1.i.i = trunc i128 %.4329.1.i.i to i64
  %45 = add i64 %44, 8
  %.28.2.i.i = inttoptr i64 %45 to ptr
  %.29.2.i.i = load i64, ptr %.28.2.i.i, align 1, !noalias !45
  %.31.2.i.i = xor i64 %.29.2.i.i, %.43.1.i.i
  %46 = add i64 %45, 8
  %.34.2.i.i = inttoptr i64 %46 to ptr
  %.35.2.i.i = load i64, ptr %.34.2.i.i, align 1, !noalias !45
  %.36.2.i.i = xor i64 %.35.2.i.i, %const143
  %.37.2.i.i = zext i64 %.31.2.i.i to i128
  %.38.2.i.i = zext i64 %.36.2.i.i to i128
  %.39.2.i.i = mul nuw i128 %.37.2.i.i, %.38.2.i.i
  %.40.2.i.i = lshr i128 %.39.2.i.i, 64
  %.4329.2.i.i = xor i128 %.40.2.i.i, %.39.2.i.i
  %.43.2.i.i = trunc i128 %.4329.2.i.i to i64
  %47 = add i64 %46, 8
  %.28.3.i.i = inttoptr i64 %47 to ptr
  %.29.3.i.i = load i64, ptr %.28.3.i.i, align 1, !noalias !45
  %.31.3.i.i = xor i64 %.29.3.i.i, %.43.2.i.i
  %48 = add i64 %47, 8
  %.34.3.i.i = inttoptr i64 %48 to ptr
  %.35.3.i.i = load i64, ptr %.34.3.i.i, align 1, !noalias !45
  %.36.3.i.i = xor i64 %.35.3.i.i, %const143
  %.37.3.i.i = zext i64 %.31.3.i.i to i128
  %.38.3.i.i = zext i64 %.36.3.i.i to i128
  %.39.3.i.i = mul nuw i128 %.37.3.i.i, %.38.3.i.i
  %.40.3.i.i = lshr i128 %.39.3.i.i, 64
  %.4329.3.i.i = xor i128 %.40.3.i.i, %.39.3.i.i
  %.43.3.i.i = trunc i128 %.4329.3.i.i to i64
  %.55.3.i.i = add nsw i64 %size.2.0.i.i, -64
  %49 = add i64 %address.2.0.i.i, 64
  %.60.3.i.i = icmp ugt i64 %.55.3.i.i, 15
  %50 = add i64 %48, 8
  br i1 %.60.3.i.i, label %B26.i.i, label %B318.i.i
B318.i.i:                                         ; preds = %B26.i.i, %B26.prol.loopexit.i.i, %B316.i
  %hashed.3.1.i.i = phi i64 [ %hashed.4.1.i, %B316.i ], [ %.43.prol.i.i, %B26.prol.loopexit.i.i ], [ %.43.3.i.i, %B26.i.i ]
  %address.3.1.i.i = phi i64 [ %.195.i, %B316.i ], [ %40, %B26.prol.loopexit.i.i ], [ %49, %B26.i.i ]
  %size.3.1.i.i = phi i64 [ %.200.i, %B316.i ], [ %39, %B26.prol.loopexit.i.i ], [ %.55.3.i.i, %B26.i.i ]
  %.69.i.i = icmp sgt i64 %size.3.1.i.i, 8
  br i1 %.69.i.i, label %B340.i.i, label %B318.common.ret_crit_edge.i.i
B318.common.ret_crit_edge.i.i:                    ; preds = %B318.i.i
  %.pre.i.i16 = shl nsw i64 %size.3.1.i.i, 3
  br label %_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit.i
B340.i.i:                                         ; preds = %B318.i.i
  %.73.i.i = add nsw i64 %address.3.1.i.i, 8
  %.8.i.i.i24 = inttoptr i64 %.73.i.i to ptr
  %.9.i.i.i25 = load i64, ptr %.8.i.i.i24, align 1, !noalias !50
  %.75.i.i26 = shl nuw nsw i64 %size.3.1.i.i, 3
  %.26.i.i.i27 = add nsw i64 %.75.i.i26, -64
  %notmask.i.i.i = shl nsw i64 -1, %.26.i.i.i27
  %.30.i.i.i = xor i64 %notmask.i.i.i, -1
  %"$phi230.0.2.0.i.i.i" = and i64 %.9.i.i.i25, %.30.i.i.i
  br label %_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit.i
_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit.i: ; preds = %B340.i.i, %B318.common.ret_crit_edge.i.i
  %.26.i4.pre-phi.i.i = phi i64 [ %.pre.i.i16, %B318.common.ret_crit_edge.i.i ], [ %.75.i.i26, %B340.i.i ]
  %"$phi442.0.2.0.i.i" = phi i64 [ 0, %B318.common.ret_crit_edge.i.i ], [ %"$phi230.0.2.0.i.i.i", %B340.i.i ]
  %.8.i1.i.i17 = inttoptr i64 %address.3.1.i.i to ptr
  %.9.i2.i.i18 = load i64, ptr %.8.i1.i.i17, align 1, !noalias !53
  %.14.i3.i.i19 = icmp sgt i64 %size.3.1.i.i, 7
  %notmask.i5.i.i20 = shl nsw i64 -1, %.26.i4.pre-phi.i.i
  %.30.i6.i.i21 = xor i64 %notmask.i5.i.i20, -1
  %.32.i7.i.i22 = select i1 %.14.i3.i.i19, i64 -1, i64 %.30.i6.i.i21
  %"$phi230.0.2.0.i8.i.i23" = and i64 %.9.i2.i.i18, %.32.i7.i.i22
  %.142.i.i = xor i64 %"$phi230.0.2.0.i8.i.i23", %hashed.3.1.i.i
  %.148.i.i = shl i64 %size.3.1.i.i, 56
  %.149.i.i = or i64 %"$phi442.0.2.0.i.i", %.148.i.i
  %.150.i.i = xor i64 %.149.i.i, %const
  %.151.i.i = zext i64 %.142.i.i to i128
  %.152.i.i = zext i64 %.150.i.i to i128
  %.153.i.i = mul nuw i128 %.151.i.i, %.152.i.i
  %.154.i.i = lshr i128 %.153.i.i, 64
  %.15730.i.i = xor i128 %.154.i.i, %.153.i.i
  %.157.i.i = trunc i128 %.15730.i.i to i64
  br label %B516.endif
B158.endif.i:                                     ; preds = %B100.i
  %start.2.0.i = zext i32 %start.2.0.i.in to i64
  %.72.i = sub nsw i64 %start.2.0.i, %at.2.0.i38
  %.13.i.i45 = tail call i64 @llvm.smax.i64(i64 %.72.i, i64 0)
  %.69.i = add i64 %at.2.0.i38, %arg.data
  %.25.i1.i = icmp sgt i64 %.72.i, 15
  br i1 %.25.i1.i, label %B26.preheader.i37.i, label %B318.i2.i
B26.preheader.i37.i:                              ; preds = %B158.endif.i
  %51 = add nsw i64 %.13.i.i45, -16
  %52 = and i64 %51, 48
  %lcmp.mod.not.i39.i = icmp eq i64 %52, 48
  br i1 %lcmp.mod.not.i39.i, label %B26.i70.i.preheader, label %B26.prol.preheader.i40.i
B26.prol.preheader.i40.i:                         ; preds = %B26.preheader.i37.i
  %53 = lshr i64 %51, 4
  %54 = add nuw nsw i64 %53, 1
  %xtraiter.i38.i = and i64 %54, 3
  %55 = sub i64 0, %xtraiter.i38.i
  br label %B26.prol.i41.i
B26.prol.i41.i:                                   ; preds = %B26.prol.i41.i, %B26.prol.preheader.i40.i
  %lsr.iv137 = phi i64 [ %lsr.iv.next138, %B26.prol.i41.i ], [ %55, %B26.prol.preheader.i40.i ]
  %hashed.2.0.prol.i43.i = phi i64 [ %.43.prol.i57.i, %B26.prol.i41.i ], [ %hashed.2.0.i, %B26.prol.preheader.i40.i ]
  %address.2.0.prol.i44.i = phi i64 [ %58, %B26.prol.i41.i ], [ %.69.i, %B26.prol.preheader.i40.i ]
  %.28.prol.i46.i = inttoptr i64 %address.2.0.prol.i44.i to ptr
  %.29.prol.i47.i = load i64, ptr %.28.prol.i46.i, align 1, !noalias !56
  %.31.prol.i48.i = xor i64 %.29.prol.i47.i, %hashed.2.0.prol.i43.i
  %56 = add i64 %address.2.0.prol.i44.i, 8
  %.34.prol.i49.i = inttoptr i64 %56 to ptr
  %.35.prol.i50.i = load i64, ptr %.34.prol.i49.i, align 1, !noalias !56
  %.36.prol.i51.i = xor i64 %.35.prol.i50.i, %const143
  %.37.prol.i52.i = zext i64 %.31.prol.i48.i to i128
  %.38.prol.i53.i = zext i64 %.36.prol.i51.i to i128
  %.39.prol.i54.i = mul nuw i128 %.38.prol.i53.i, %.37.prol.i52.i
  %.40.prol.i55.i = lshr i128 %.39.prol.i54.i, 64
  %.4329.prol.i56.i = xor i128 %.40.prol.i55.i, %.39.prol.i54.i
  %.43.prol.i57.i = trunc i128 %.4329.prol.i56.i to i64
  %57 = tail call { i64, i1 } @llvm.uadd.with.overflow.i64(i64 %lsr.iv137, i64 1)
  %ov161.i = extractvalue { i64, i1 } %57, 1
  %lsr.iv.next138 = add i64 %lsr.iv137, 1
  %58 = add i64 %56, 8
  br i1 %ov161.i, label %B26.prol.loopexit.i62.i, label %B26.prol.i41.i, !llvm.loop !48
B26.prol.loopexit.i62.i:                          ; preds = %B26.prol.i41.i
  %59 = shl nuw nsw i64 %xtraiter.i38.i, 4
  %60 = sub nsw i64 %.13.i.i45, %59
  %61 = add i64 %59, %.69.i
  %62 = icmp ult i64 %51, 48
  br i1 %62, label %B318.i2.i, label %B26.i70.i.preheader
B26.i70.i.preheader:                              ; preds = %B26.prol.loopexit.i62.i, %B26.preheader.i37.i
  %hashed.2.0.i71.i.ph = phi i64 [ %.43.prol.i57.i, %B26.prol.loopexit.i62.i ], [ %hashed.2.0.i, %B26.preheader.i37.i ]
  %address.2.0.i72.i.ph = phi i64 [ %61, %B26.prol.loopexit.i62.i ], [ %.69.i, %B26.preheader.i37.i ]
  %size.2.0.i73.i.ph = phi i64 [ %60, %B26.prol.loopexit.i62.i ], [ %.13.i.i45, %B26.preheader.i37.i ]
  br label %B26.i70.i
B26.i70.i:                                        ; preds = %B26.i70.i.preheader, %B26.i70.i
  %hashed.2.0.i71.i = phi i64 [ %.43.3.i121.i, %B26.i70.i ], [ %hashed.2.0.i71.i.ph, %B26.i70.i.preheader ]
  %address.2.0.i72.i = phi i64 [ %71, %B26.i70.i ], [ %address.2.0.i72.i.ph, %B26.i70.i.preheader ]
  %size.2.0.i73.i = phi i64 [ %.55.3.i123.i, %B26.i70.i ], [ %size.2.0.i73.i.ph, %B26.i70.i.preheader ]
  %.28.i74.i = inttoptr i64 %address.2.0.i72.i to ptr
  %.29.i75.i = load i64, ptr %.28.i74.i, align 1, !noalias !56
  %.31.i76.i = xor i64 %.29.i75.i, %hashed.2.0.i71.i
  %63 = add i64 %address.2.0.i72.i, 8
  %.34.i77.i = inttoptr i64 %63 to ptr
  %.35.i78.i = load i64, ptr %.34.i77.i, align 1, !noalias !56
  %.36.i79.i = xor i64 %.35.i78.i, %const143
  %.37.i80.i = zext i64 %.31.i76.i to i128
  %.38.i81.i = zext i64 %.36.i79.i to i128
  %.39.i82.i = mul nuw i128 %.38.i81.i, %.37.i80.i
  %.40.i83.i = lshr i128 %.39.i82.i, 64
  %.4329.i84.i = xor i128 %.40.i83.i, %.39.i82.i
  %.43.i85.i = trunc i128 %.4329.i84.i to i64
  %64 = add i64 %63, 8
  %.28.1.i86.i = inttoptr i64 %64 to ptr
  %.29.1.i87.i = load i64, ptr %.28.1.i86.i, align 1, !noalias !56
  %.31.1.i88.i = xor i64 %.29.1.i87.i, %.43.i85.i
  %65 = add i64 %64, 8
  %.34.1.i89.i = inttoptr i64 %65 to ptr
  %.35.1.i90.i = load i64, ptr %.34.1.i89.i, align 1, !noalias !56
  %.36.1.i91.i = xor i64 %.35.1.i90.i, %const143
  %.37.1.i92.i = zext i64 %.31.1.i88.i to i128
  %.38.1.i93.i = zext i64 %.36.1.i91.i to i128
  %.39.1.i94.i = mul nuw i128 %.37.1.i92.i, %.38.1.i93.i
  %.40.1.i95.i = lshr i128 %.39.1.i94.i, 64
  %.4329.1.i96.i = xor i128 %.40.1.i95.i, %.39.1.i94.i
  %.43.1.i97.i = trunc i128 %.4329.1.i96.i to i64
  %66 = add i64 %65, 8
  %.28.2.i98.i = inttoptr i64 %66 to ptr
  %.29.2.i99.i = load i64, ptr %.28.2.i98.i, align 1, !noalias !56
  %.31.2.i100.i = xor i64 %.29.2.i99.i, %.43.1.i97.i
  %67 = add i64 %66, 8
  %.34.2.i101.i = inttoptr i64 %67 to ptr
  %.35.2.i102.i = load i64, ptr %.34.2.i101.i, align 1, !noalias !56
  %.36.2.i103.i = xor i64 %.35.2.i102.i, %const143
  %.37.2.i104.i = zext i64 %.31.2.i100.i to i128
  %.38.2.i105.i = zext i64 %.36.2.i103.i to i128
  %.39.2.i106.i = mul nuw i128 %.37.2.i104.i, %.38.2.i105.i
  %.40.2.i107.i = lshr i128 %.39.2.i106.i, 64
  %.4329.2.i108.i = xor i128 %.40.2.i107.i, %.39.2.i106.i
  %.43.2.i109.i = trunc i128 %.4329.2.i108.i to i64
  %68 = add i64 %67, 8
  %.28.3.i110.i = inttoptr i64 %68 to ptr
  %.29.3.i111.i = load i64, ptr %.28.3.i110.i, align 1, !noalias !56
  %.31.3.i112.i = xor i64 %.29.3.i111.i, %.43.2.i109.i
  %69 = add i64 %68, 8
  %.34.3.i113.i = inttoptr i64 %69 to ptr
  %.35.3.i114.i = load i64, ptr %.34.3.i113.i, align 1, !noalias !56
  %.36.3.i115.i = xor i64 %.35.3.i114.i, %const143
  %.37.3.i116.i = zext i64 %.31.3.i112.i to i128
  %.38.3.i117.i = zext i64 %.36.3.i115.i to i128
  %.39.3.i118.i = mul nuw i128 %.37.3.i116.i, %.38.3.i117.i
  %.40.3.i119.i = lshr i128 %.39.3.i118.i, 64
  %.4329.3.i120.i = xor i128 %.40.3.i119.i, %.39.3.i118.i
  %.43.3.i121.i = trunc i128 %.4329.3.i120.i to i64
  %.55.3.i123.i = add nsw i64 %size.2.0.i73.i, -64
  %70 = add i64 %address.2.0.i72.i, 64
  %.60.3.i124.i = icmp ugt i64 %.55.3.i123.i, 15
  %71 = add i64 %69, 8
  br i1 %.60.3.i124.i, label %B26.i70.i, label %B318.i2.i
B318.i2.i:                                        ; preds = %B26.i70.i, %B26.prol.loopexit.i62.i, %B158.endif.i
  %hashed.3.1.i3.i = phi i64 [ %hashed.2.0.i, %B158.endif.i ], [ %.43.prol.i57.i, %B26.prol.loopexit.i62.i ], [ %.43.3.i121.i, %B26.i70.i ]
  %address.3.1.i4.i = phi i64 [ %.69.i, %B158.endif.i ], [ %61, %B26.prol.loopexit.i62.i ], [ %70, %B26.i70.i ]
  %size.3.1.i5.i = phi i64 [ %.13.i.i45, %B158.endif.i ], [ %60, %B26.prol.loopexit.i62.i ], [ %.55.3.i123.i, %B26.i70.i ]
  %.69.i6.i = icmp sgt i64 %size.3.1.i5.i, 8
  br i1 %.69.i6.i, label %B340.i28.i, label %B318.common.ret_crit_edge.i7.i
B318.common.ret_crit_edge.i7.i:                   ; preds = %B318.i2.i
  %.pre.i8.i = shl nsw i64 %size.3.1.i5.i, 3
  br label %_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit125.i
B340.i28.i:                                       ; preds = %B318.i2.i
  %.73.i29.i = add nsw i64 %address.3.1.i4.i, 8
  %.8.i.i30.i = inttoptr i64 %.73.i29.i to ptr
  %.9.i.i31.i = load i64, ptr %.8.i.i30.i, align 1, !noalias !59
  %.75.i32.i = shl nuw nsw i64 %size.3.1.i5.i, 3
  %.26.i.i33.i = add nsw i64 %.75.i32.i, -64
  %notmask.i.i34.i = shl nsw i64 -1, %.26.i.i33.i
  %.30.i.i35.i = xor i64 %notmask.i.i34.i, -1
  %"$phi230.0.2.0.i.i36.i" = and i64 %.9.i.i31.i, %.30.i.i35.i
  br label %_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit125.i
_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit125.i: ; preds = %B340.i28.i, %B318.common.ret_crit_edge.i7.i
  %.26.i4.pre-phi.i9.i = phi i64 [ %.pre.i8.i, %B318.common.ret_crit_edge.i7.i ], [ %.75.i32.i, %B340.i28.i ]
  %"$phi442.0.2.0.i10.i" = phi i64 [ 0, %B318.common.ret_crit_edge.i7.i ], [ %"$phi230.0.2.0.i.i36.i", %B340.i28.i ]
  %.8.i1.i11.i = inttoptr i64 %address.3.1.i4.i to ptr
  %.9.i2.i12.i = load i64, ptr %.8.i1.i11.i, align 1, !noalias !62
  %.14.i3.i13.i = icmp sgt i64 %size.3.1.i5.i, 7
  %notmask.i5.i14.i = shl nsw i64 -1, %.26.i4.pre-phi.i9.i
  %.30.i6.i15.i = xor i64 %notmask.i5.i14.i, -1
  %.32.i7.i16.i = select i1 %.14.i3.i13.i, i64 -1, i64 %.30.i6.i15.i
  %"$phi230.0.2.0.i8.i17.i" = and i64 %.9.i2.i12.i, %.32.i7.i16.i
  %.142.i18.i = xor i64 %"$phi230.0.2.0.i8.i17.i", %hashed.3.1.i3.i
  %.148.i19.i = shl i64 %size.3.1.i5.i, 56
  %.149.i20.i = or i64 %"$phi442.0.2.0.i10.i", %.148.i19.i
  %.150.i21.i = xor i64 %.149.i20.i, %const
  %.151.i22.i = zext i64 %.142.i18.i to i128
  %.152.i23.i = zext i64 %.150.i21.i to i128
  %.153.i24.i = mul nuw i128 %.151.i22.i, %.152.i23.i
  %.154.i25.i = lshr i128 %.153.i24.i, 64
  %.15730.i26.i = xor i128 %.154.i25.i, %.153.i24.i
  %.157.i27.i = trunc i128 %.15730.i26.i to i64
  br label %B236.i
B956:                                             ; preds = %B956.preheader, %B956
  %turns.4.1 = phi i64 [ %.318, %B956 ], [ %turns.2.0, %B956.preheader ]
  %72 = trunc i64 %.126 to i32
  %.318 = add nsw i64 %turns.4.1, 8
  %73 = add i64 %turns.4.1, 8
  %.323 = inttoptr i64 %73 to ptr
  %.324 = load i32, ptr %.323, align 1
  %.327 = icmp ult i32 %.324, %72
  br i1 %.327, label %B956, label %B1020
B1020:                                            ; preds = %B956, %B516.endif.endif.endif
  %turns.3.2 = phi i64 [ %turns.2.0, %B516.endif.endif.endif ], [ %.318, %B956 ]
  %.351 = icmp samesign ult i64 %.296, %arg.size
  br i1 %.351, label %B170, label %common.ret
common.ret:                                       ; preds = %B1020, %B322, %B246, %B170, %B0.endif
  %at.3.1 = phi i64 [ 0, %B0.endif ], [ %.296, %B1020 ], [ %at.2.0, %B322 ], [ %at.2.0, %B246 ], [ %at.2.0, %B170 ]
  store i64 %at.3.1, ptr %retptr, align 8
  ret i32 0
B0.endif:                                         ; preds = %B938.loopexit.i, %B0
  %turns.3.1.i = phi i64 [ %arg.turns, %B0 ], [ %.20.i25.i, %B938.loopexit.i ]
  %at.3.1.i = phi i32 [ 0, %B0 ], [ %0, %B938.loopexit.i ]
  %74 = icmp sgt i64 %arg.size, 0
  %.286.i = inttoptr i64 %turns.3.1.i to ptr
  store i32 %at.3.1.i, ptr %.286.i, align 1, !noalias !0
  %.289.i = add nsw i64 %turns.3.1.i, 4
  %.294.i = inttoptr i64 %.289.i to ptr
  store i32 %at.3.1.i, ptr %.294.i, align 1, !noalias !0
  %.54 = add nsw i64 %arg.state, 104
  %.55 = inttoptr i64 %.54 to ptr
  store i64 0, ptr %.55, align 1
  %.58 = add nsw i64 %arg.state, 128
  %.59 = inttoptr i64 %.58 to ptr
  store i64 0, ptr %.59, align 1
  br i1 %74, label %B170.preheader, label %common.ret
B170.preheader:                                   ; preds = %B0.endif
  %const143 = bitcast i64 -7046029254386353131 to i64
  %const142 = bitcast i64 5903417615651209683 to i64
  %const = bitcast i64 2685821657736338717 to i64
  br label %B170
B516.endif:                                       ; preds = %_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit.i, %B304.i
  %"$phi364.0.2.0.i14" = phi i64 [ %hashed.4.1.i, %B304.i ], [ %.157.i.i, %_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx.exit.i ]
  %75 = inttoptr i64 %arg.state to ptr
  %.213 = or i64 %"$phi364.0.2.0.i14", 1
  %.22.i = load i64, ptr %75, align 1, !noalias !65
  %sunkaddr206 = inttoptr i64 %arg.state to ptr
  %sunkaddr207 = getelementptr i8, ptr %sunkaddr206, i64 8
  %.26.i = load i64, ptr %sunkaddr207, align 1, !noalias !65
  %.14.i.i48 = lshr i64 %"$phi364.0.2.0.i14", 20
  br label %B94.i.i
B94.i.i:                                          ; preds = %B94.i.i, %B516.endif
  %.14.pn.i.i = phi i64 [ %.14.i.i48, %B516.endif ], [ %.56.i.i, %B94.i.i ]
  %slot.2.0.i.i = and i64 %.14.pn.i.i, %.26.i
  %.22.i.i49 = shl nsw i64 %slot.2.0.i.i, 4
  %.24.i.i50 = add nsw i64 %.22.i.i49, %.22.i
  %.25.i.i51 = inttoptr i64 %.24.i.i50 to ptr
  %.26.i.i52 = load i64, ptr %.25.i.i51, align 1, !noalias !68
  %.32.i.i53 = icmp eq i64 %.26.i.i52, %.213
  %.35.i.i54 = icmp eq i64 %.26.i.i52, 0
  %or.cond.i.i = or i1 %.32.i.i53, %.35.i.i54
  %.56.i.i = add nsw i64 %slot.2.0.i.i, 1
  br i1 %or.cond.i.i, label %B0.endif.i55, label %B94.i.i
B136.i:                                           ; preds = %B0.endif.i55
  %76 = inttoptr i64 %.24.i.i50 to ptr
  %sunkaddr208 = inttoptr i64 %arg.state to ptr
  %sunkaddr209 = getelementptr i8, ptr %sunkaddr208, i64 16
  %.65.i = load i64, ptr %sunkaddr209, align 1, !noalias !65
  %sunkaddr210 = inttoptr i64 %arg.state to ptr
  %sunkaddr211 = getelementptr i8, ptr %sunkaddr210, i64 96
  %.68.i = load i64, ptr %sunkaddr211, align 1, !noalias !65
  %sunkaddr212 = inttoptr i64 %arg.state to ptr
  %sunkaddr213 = getelementptr i8, ptr %sunkaddr212, i64 104
  %.72.i58 = load i64, ptr %sunkaddr213, align 1, !noalias !65
  %.74.i = mul nsw i64 %.72.i58, 24
  %.75.i = add nsw i64 %.74.i, %.68.i
  store i64 %.213, ptr %76, align 1, !noalias !65
  %.89.i = add nsw i64 %.24.i.i50, 8
  %.91.i = inttoptr i64 %.89.i to ptr
  store i64 %.65.i, ptr %.91.i, align 1, !noalias !65
  %.95.i = inttoptr i64 %.75.i to ptr
  store i64 %at.2.0, ptr %.95.i, align 1, !noalias !65
  %.100.i = add nsw i64 %.75.i, 8
  %.102.i59 = inttoptr i64 %.100.i to ptr
  store i64 %.65.i, ptr %.102.i59, align 1, !noalias !65
  %sunkaddr214 = inttoptr i64 %arg.state to ptr
  %sunkaddr215 = getelementptr i8, ptr %sunkaddr214, i64 112
  %.117.i60 = load i64, ptr %sunkaddr215, align 1, !noalias !65
  %sunkaddr.i61 = inttoptr i64 %.74.i to ptr
  %sunkaddr1.i = getelementptr i8, ptr %sunkaddr.i61, i64 %.68.i
  %sunkaddr2.i = getelementptr i8, ptr %sunkaddr1.i, i64 16
  store i64 %.117.i60, ptr %sunkaddr2.i, align 1, !noalias !65
  %.128.i = add nsw i64 %.65.i, 1
  %sunkaddr216 = inttoptr i64 %arg.state to ptr
  %sunkaddr217 = getelementptr i8, ptr %sunkaddr216, i64 16
  store i64 %.128.i, ptr %sunkaddr217, align 1, !noalias !65
  %sunkaddr218 = inttoptr i64 %arg.state to ptr
  %sunkaddr219 = getelementptr i8, ptr %sunkaddr218, i64 104
  %.140.i = load i64, ptr %sunkaddr219, align 1, !noalias !65
  %.141.i = add nsw i64 %.140.i, 1
  store i64 %.141.i, ptr %sunkaddr219, align 1, !noalias !65
  br label %B516.endif.endif
B0.endif.i55:                                     ; preds = %B94.i.i
  %77 = icmp eq i64 %.26.i.i52, 0
  br i1 %77, label %B136.i, label %B0.endif.B650_crit_edge.i
B0.endif.B650_crit_edge.i:                        ; preds = %B0.endif.i55
  %.pre.i56 = add nsw i64 %.24.i.i50, 8
  %.pre = inttoptr i64 %.pre.i56 to ptr
  br label %B516.endif.endif
B516.endif.endif:                                 ; preds = %B0.endif.B650_crit_edge.i, %B136.i
  %.159.pre-phi.i.pre-phi = phi ptr [ %.pre, %B0.endif.B650_crit_edge.i ], [ %.91.i, %B136.i ]
  %.160.i = load i64, ptr %.159.pre-phi.i.pre-phi, align 1, !noalias !65
  %sunkaddr220 = inttoptr i64 %arg.state to ptr
  %sunkaddr221 = getelementptr i8, ptr %sunkaddr220, i64 144
  %.247 = load i64, ptr %sunkaddr221, align 1
  %.248 = shl nsw i64 %.160.i, 3
  %.249 = add nsw i64 %.247, %.248
  %sunkaddr222 = inttoptr i64 %arg.state to ptr
  %sunkaddr223 = getelementptr i8, ptr %sunkaddr222, i64 152
  %.253 = load i64, ptr %sunkaddr223, align 1
  %.255 = add nsw i64 %.253, %at.2.0
  %.258 = inttoptr i64 %.249 to ptr
  store i64 %.255, ptr %.258, align 1
  %sunkaddr224 = inttoptr i64 %arg.state to ptr
  %sunkaddr225 = getelementptr i8, ptr %sunkaddr224, i64 160
  %.11.i = load i64, ptr %sunkaddr225, align 1, !noalias !71
  %.12.i = shl i64 %.11.i, 32
  %.13.i = add i64 %.12.i, 4294967296
  %.14.i = add nsw i64 %.160.i, 1
  %.15.i = or i64 %.13.i, %.14.i
  %sunkaddr226 = inttoptr i64 %arg.state to ptr
  %sunkaddr227 = getelementptr i8, ptr %sunkaddr226, i64 192
  %.22.i65 = load i64, ptr %sunkaddr227, align 1, !noalias !71
  %.24.i67 = add nsw i64 %.22.i65, %.248
  %sunkaddr228 = inttoptr i64 %arg.state to ptr
  %sunkaddr229 = getelementptr i8, ptr %sunkaddr228, i64 136
  %.28.i69 = load i64, ptr %sunkaddr229, align 1, !noalias !71
  %.36.i = inttoptr i64 %.24.i67 to ptr
  %.37.i70 = load i64, ptr %.36.i, align 1, !noalias !71
  %sunkaddr230 = inttoptr i64 %arg.state to ptr
  %sunkaddr231 = getelementptr i8, ptr %sunkaddr230, i64 80
  %.44.i = load i64, ptr %sunkaddr231, align 1, !noalias !71
  %.46.not.i = icmp slt i64 %.37.i70, %.44.i
  br i1 %.46.not.i, label %B340.i, label %B426.i
B340.i:                                           ; preds = %B516.endif.endif
  %.53.i104 = shl nsw i64 %.37.i70, 4
  %.57.i105 = add nsw i64 %.53.i104, %.28.i69
  %.58.i106 = inttoptr i64 %.57.i105 to ptr
  %.59.i107 = load i64, ptr %.58.i106, align 1, !noalias !71
  %.61.not.i = icmp eq i64 %.59.i107, %.15.i
  br i1 %.61.not.i, label %B516.endif.endif.endif, label %B426.i
B426.i:                                           ; preds = %B340.i, %B516.endif.endif
  %.6.i.i.i71 = xor i64 %.15.i, %const142
  %.7.i.i.i72 = mul i64 %.6.i.i.i71, %const143
  %.8.i.i.i73 = lshr i64 %.7.i.i.i72, 32
  %.9.i.i.i74 = xor i64 %.8.i.i.i73, %.7.i.i.i72
  %.38.i.i75 = or i64 %.9.i.i.i74, 1
  %sunkaddr232 = inttoptr i64 %arg.state to ptr
  %sunkaddr233 = getelementptr i8, ptr %sunkaddr232, i64 64
  %.46.i.i = load i64, ptr %sunkaddr233, align 1, !noalias !74
  %sunkaddr234 = inttoptr i64 %arg.state to ptr
  %sunkaddr235 = getelementptr i8, ptr %sunkaddr234, i64 72
  %.50.i.i76 = load i64, ptr %sunkaddr235, align 1, !noalias !74
  %.14.i.i.i77 = lshr i64 %.9.i.i.i74, 20
  br label %B94.i.i.i78
B260.i.i:                                         ; preds = %B0.endif.endif.i.i
  %sunkaddr236 = inttoptr i64 %.24.i.i.i82 to ptr
  store i64 %.38.i.i75, ptr %sunkaddr236, align 1, !noalias !74
  %.95.i.i97 = add nsw i64 %.24.i.i.i82, 8
  %.96.i.i = inttoptr i64 %.95.i.i97 to ptr
  store i64 %.44.i, ptr %.96.i.i, align 1, !noalias !74
  %sunkaddr237 = inttoptr i64 %arg.state to ptr
  %sunkaddr238 = getelementptr i8, ptr %sunkaddr237, i64 136
  %.101.i.i100 = load i64, ptr %sunkaddr238, align 1, !noalias !74
  %.102.i.i101 = shl nsw i64 %.44.i, 4
  %.103.i.i = add nsw i64 %.101.i.i100, %.102.i.i101
  %.107.i.i = inttoptr i64 %.103.i.i to ptr
  store i64 %.15.i, ptr %.107.i.i, align 1, !noalias !74
  %.112.i.i = load i64, ptr %sunkaddr238, align 1, !noalias !74
  %.114.i.i = or disjoint i64 %.102.i.i101, 8
  %.115.i.i = add i64 %.114.i.i, %.112.i.i
  %.116.i.i = inttoptr i64 %.115.i.i to ptr
  store i64 0, ptr %.116.i.i, align 1, !noalias !74
  %.122.i.i = add nsw i64 %.44.i, 1
  %sunkaddr239 = inttoptr i64 %arg.state to ptr
  %sunkaddr240 = getelementptr i8, ptr %sunkaddr239, i64 80
  store i64 %.122.i.i, ptr %sunkaddr240, align 1, !noalias !74
  br label %B426.endif.i
B94.i.i.i78:                                      ; preds = %B94.i.i.i78, %B426.i
  %.14.pn.i.i.i79 = phi i64 [ %.14.i.i.i77, %B426.i ], [ %.56.i.i.i88, %B94.i.i.i78 ]
  %slot.2.0.i.i.i80 = and i64 %.14.pn.i.i.i79, %.50.i.i76
  %.22.i.i.i81 = shl nsw i64 %slot.2.0.i.i.i80, 4
  %.24.i.i.i82 = add nsw i64 %.22.i.i.i81, %.46.i.i
  %.25.i.i.i83 = inttoptr i64 %.24.i.i.i82 to ptr
  %.26.i.i.i84 = load i64, ptr %.25.i.i.i83, align 1, !noalias !77
  %.32.i.i.i85 = icmp eq i64 %.26.i.i.i84, %.38.i.i75
  %.35.i.i.i86 = icmp eq i64 %.26.i.i.i84, 0
  %or.cond.i.i.i87 = or i1 %.32.i.i.i85, %.35.i.i.i86
  %.56.i.i.i88 = add nsw i64 %slot.2.0.i.i.i80, 1
  br i1 %or.cond.i.i.i87, label %B0.endif.endif.i.i, label %B94.i.i.i78
B0.endif.endif.i.i:                               ; preds = %B94.i.i.i78
  %78 = icmp eq i64 %.26.i.i.i84, 0
  br i1 %78, label %B260.i.i, label %B0.endif.endif.B640_crit_edge.i.i
B0.endif.endif.B640_crit_edge.i.i:                ; preds = %B0.endif.endif.i.i
  %.pre.i.i89 = add nsw i64 %.24.i.i.i82, 8
  %.pre21.i.i = inttoptr i64 %.pre.i.i89 to ptr
  br label %B426.endif.i
B426.endif.i:                                     ; preds = %B0.endif.endif.B640_crit_edge.i.i, %B260.i.i
  %.136.pre-phi.i.i = phi ptr [ %.pre21.i.i, %B0.endif.endif.B640_crit_edge.i.i ], [ %.96.i.i, %B260.i.i ]
  %.137.i.i = load i64, ptr %.136.pre-phi.i.i, align 1, !noalias !74
  %sunkaddr241 = inttoptr i64 %.22.i65 to ptr
  %sunkaddr242 = mul i64 %.160.i, 8
  %sunkaddr243 = getelementptr i8, ptr %sunkaddr241, i64 %sunkaddr242
  store i64 %.137.i.i, ptr %sunkaddr243, align 1, !noalias !71
  %.pre.i92 = shl nsw i64 %.137.i.i, 4
  br label %B516.endif.endif.endif
B516.endif.endif.endif:                           ; preds = %B426.endif.i, %B340.i
  %.113.pre-phi.i = phi i64 [ %.pre.i92, %B426.endif.i ], [ %.53.i104, %B340.i ]
  %79 = trunc i64 %.126 to i32
  %80 = inttoptr i64 %turns.2.0 to ptr
  %.117.i93 = add i64 %.28.i69, 8
  %.120.i94 = add i64 %.117.i93, %.113.pre-phi.i
  %.121.i = inttoptr i64 %.120.i94 to ptr
  %.122.i = load i64, ptr %.121.i, align 1, !noalias !71
  %.123.i95 = add nsw i64 %.122.i, 1
  store i64 %.123.i95, ptr %.121.i, align 1, !noalias !71
  %sunkaddr244 = inttoptr i64 %arg.state to ptr
  %sunkaddr245 = getelementptr i8, ptr %sunkaddr244, i64 112
  %.291 = load i64, ptr %sunkaddr245, align 1
  %.292 = add nsw i64 %.291, 1
  store i64 %.292, ptr %sunkaddr245, align 1
  %.296 = add nuw nsw i64 %.126, 1
  %.301 = add nsw i64 %ends.2.0, 4
  %.309 = load i32, ptr %80, align 1
  %.314 = icmp ult i32 %.309, %79
  br i1 %.314, label %B956.preheader, label %B1020
B956.preheader:                                   ; preds = %B516.endif.endif.endif
  br label %B956
}
declare i64 @llvm.bitreverse.i64(i64) #1
declare i64 @llvm.fshl.i64(i64, i64, i64) #1
declare i64 @llvm.ctpop.i64(i64) #1
declare i64 @llvm.cttz.i64(i64, i1 immarg) #2
declare i64 @llvm.smin.i64(i64, i64) #1
declare { i64, i1 } @llvm.uadd.with.overflow.i64(i64, i64) #1
declare i64 @llvm.smax.i64(i64, i64) #1
attributes #0 = { nofree norecurse nosync nounwind memory(readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none) }
attributes #1 = { mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none) }
attributes #2 = { mustprogress nocallback nofree nosync nounwind speculatable willreturn memory(none) }
!0 = !{!1}
!1 = distinct !{!1, !2, !"_ZN8__main__6_classB2v2B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!2 = distinct !{!2, !"_ZN8__main__6_classB2v2B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!3 = !{!4, !1}
!4 = distinct !{!4, !5, !"_ZN8__main__7_listedB2v7B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx23Literal_5bint_5d_288_29: %retptr"}
!5 = distinct !{!5, !"_ZN8__main__7_listedB2v7B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx23Literal_5bint_5d_288_29"}
!6 = !{!7, !1}
!7 = distinct !{!7, !8, !"_ZN8__main__7_listedB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx23Literal_5bint_5d_282_29: %retptr"}
!8 = distinct !{!8, !"_ZN8__main__7_listedB2v8B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx23Literal_5bint_5d_282_29"}
!9 = !{!10, !12}
!10 = distinct !{!10, !11, !"_ZN8__main__6_placeB3v10B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!11 = distinct !{!11, !"_ZN8__main__6_placeB3v10B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!12 = distinct !{!12, !13, !"_ZN8__main__6_timedB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxxx: %retptr"}
!13 = distinct !{!13, !"_ZN8__main__6_timedB2v9B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxxx"}
!14 = !{!15, !10, !12}
!15 = distinct !{!15, !16, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!16 = distinct !{!16, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!17 = !{!18, !10, !12}
!18 = distinct !{!18, !19, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!19 = distinct !{!19, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!20 = !{!21, !10, !12}
!21 = distinct !{!21, !22, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!22 = distinct !{!22, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!23 = !{!24, !12}
!24 = distinct !{!24, !25, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!25 = distinct !{!25, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!26 = !{!27, !12}
!27 = distinct !{!27, !28, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!28 = distinct !{!28, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!29 = !{!12}
!30 = !{!31, !12}
!31 = distinct !{!31, !32, !"_ZN8__main__8_stampedB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxx: %retptr"}
!32 = distinct !{!32, !"_ZN8__main__8_stampedB3v13B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxx"}
!33 = !{!34, !12}
!34 = distinct !{!34, !35, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!35 = distinct !{!35, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!36 = !{!37, !12}
!37 = distinct !{!37, !38, !"_ZN8__main__6_notedB3v15B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx: %retptr"}
!38 = distinct !{!38, !"_ZN8__main__6_notedB3v15B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx"}
!39 = !{!40, !37, !12}
!40 = distinct !{!40, !41, !"_ZN8__main__6_foundB3v16B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!41 = distinct !{!41, !"_ZN8__main__6_foundB3v16B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!42 = !{!43}
!43 = distinct !{!43, !44, !"_ZN8__main__6_shapeB3v17B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx: %retptr"}
!44 = distinct !{!44, !"_ZN8__main__6_shapeB3v17B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxxx"}
!45 = !{!46, !43}
!46 = distinct !{!46, !47, !"_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx: %retptr"}
!47 = distinct !{!47, !"_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx"}
!48 = distinct !{!48, !49}
!49 = !{!"llvm.loop.unroll.disable"}
!50 = !{!51, !46, !43}
!51 = distinct !{!51, !52, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!52 = distinct !{!52, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!53 = !{!54, !46, !43}
!54 = distinct !{!54, !55, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!55 = distinct !{!55, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!56 = !{!57, !43}
!57 = distinct !{!57, !58, !"_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx: %retptr"}
!58 = distinct !{!58, !"_ZN8__main__7_hashedB3v19B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dEyxx"}
!59 = !{!60, !57, !43}
!60 = distinct !{!60, !61, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!61 = distinct !{!61, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!62 = !{!63, !57, !43}
!63 = distinct !{!63, !64, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!64 = distinct !{!64, !"_ZN8__main__5_partB3v12B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!65 = !{!66}
!66 = distinct !{!66, !67, !"_ZN8__main__6_notedB3v15B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx: %retptr"}
!67 = distinct !{!67, !"_ZN8__main__6_notedB3v15B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExyxxx"}
!68 = !{!69, !66}
!69 = distinct !{!69, !70, !"_ZN8__main__6_foundB3v16B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!70 = distinct !{!70, !"_ZN8__main__6_foundB3v16B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
!71 = !{!72}
!72 = distinct !{!72, !73, !"_ZN8__main__8_countedB3v20B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx: %retptr"}
!73 = distinct !{!73, !"_ZN8__main__8_countedB3v20B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExx"}
!74 = !{!75, !72}
!75 = distinct !{!75, !76, !"_ZN8__main__5_cellB3v21B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExy: %retptr"}
!76 = distinct !{!76, !"_ZN8__main__5_cellB3v21B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExy"}
!77 = !{!78, !75, !72}
!78 = distinct !{!78, !79, !"_ZN8__main__6_foundB3v16B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy: %retptr"}
!79 = distinct !{!79, !"_ZN8__main__6_foundB3v16B70c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsCAQUQzVBF6jCIJo8Y_2fTKIIYrwmAA_3d_3dExxy"}
